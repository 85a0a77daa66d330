"""A stand-in for nautobot_config.py: the same parts, talking to each other in the same way, and nothing else."""
import os

SECRET_KEY = os.environ.get("NAUTOBOT_SECRET_KEY", "a sample has no secrets")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "nautobot.example"]
ROOT_URLCONF = "nautobot_demo.urls"
WSGI_APPLICATION = "nautobot_demo.wsgi.application"
INSTALLED_APPS = ["nautobot_demo"]
MIDDLEWARE = []
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "nautobot",
        "USER": "nautobot",
        "HOST": "/run/postgresql",  # Unix socket: PostgreSQL asks the kernel who we are, no password anywhere
        "CONN_MAX_AGE": 0,
    }
}

REDIS_URL = "redis://localhost:6379"
CELERY_BROKER_URL = f"{REDIS_URL}/0"
CELERY_RESULT_BACKEND = f"{REDIS_URL}/1"
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TRACK_STARTED = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "nautobot_demo.tasks.heartbeat", "schedule": 2.0},
    "sync": {"task": "nautobot_demo.tasks.work", "schedule": 5.0, "args": [0.5]},
}
