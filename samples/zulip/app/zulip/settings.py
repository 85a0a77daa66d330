"""Where everything is; of these Django reads the capitals that it knows."""
import pathlib

EXTERNAL_HOST = "chat.example.org"
ALLOWED_HOSTS = [EXTERNAL_HOST]
SECRET_KEY = "no sessions, nothing is signed"
ROOT_URLCONF = "zulip.web"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

POSTGRESQL = "host=/run/postgresql dbname=zulip user=zulip"
RABBITMQ = {"host": "127.0.0.1:5672", "userid": "zulip"}
RABBITMQ_PASSWORD = pathlib.Path("/etc/zulip/rabbitmq-password")
REDIS = "redis://127.0.0.1:6379/0"
MEMCACHED = "127.0.0.1:11211"
SMOKESCREEN = ("127.0.0.1", 4750)
