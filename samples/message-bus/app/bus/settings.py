"""The settings of all parts: the web tier, the workers, beat and the subscriber."""
from pathlib import Path

ETC = Path("/etc/message-bus")


def secret(name):
    # The parts that need it may read it; what only checks the code (manage.py check as another user) finds it empty.
    try:
        return (ETC / name).read_text().strip()
    except PermissionError:
        return ""


SECRET_KEY = DASHBOARD_TOKEN = secret("dashboard-token")
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "bus.urls"
ASGI_APPLICATION = "bus.asgi.application"
INSTALLED_APPS = ["bus"]
MIDDLEWARE = []
DATABASES = {}
USE_TZ = True
TIME_ZONE = "UTC"

REDIS_URL = "redis://localhost:6379"
CHANNELS_ENCRYPTION_KEY = secret("channels-key")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [f"{REDIS_URL}/2"],
            "symmetric_encryption_keys": [CHANNELS_ENCRYPTION_KEY],
            "capacity": 1000,
        },
    }
}

MQTT_HOST, MQTT_PORT = "localhost", 1883
MQTT_USER, MQTT_PASSWORD = "bus", secret("mqtt-password")
# A topic that begins with none of these is told and dropped: whoever may publish may not call any task.
ALLOWED_TOPIC_PREFIXES = ("device/",)

POOLS = ["critical", "high_priority", "general", "ml_training", "external_api"]
CELERY_BROKER_URL = f"{REDIS_URL}/0"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "general"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_ROUTES = {
    "bus.tasks.raise_alert": {"queue": "critical"},
    "bus.tasks.note_status": {"queue": "high_priority"},
    "bus.tasks.announce": {"queue": "high_priority"},
    "bus.tasks.process_telemetry": {"queue": "general"},
    "bus.tasks.train": {"queue": "ml_training"},
    "bus.tasks.send_command": {"queue": "external_api"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "status": {"task": "bus.tasks.note_status", "schedule": 2.0},
    "telemetry": {"task": "bus.tasks.process_telemetry", "schedule": 5.0},
}
