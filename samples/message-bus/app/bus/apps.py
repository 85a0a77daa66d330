from django.apps import AppConfig
from django.core import checks


class BusConfig(AppConfig):
    name = "bus"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        checks.register(check)


def check(app_configs, **_):
    """manage.py check, before a restart: what would only be found out when everything is down."""
    from cryptography.fernet import Fernet
    from django.conf import settings

    from . import tasks  # noqa: F401

    found = []
    try:
        Fernet(settings.CHANNELS_ENCRYPTION_KEY)
    except ValueError:
        found.append(checks.Error("The channel layer's key is no Fernet key (44 characters).", id="bus.E001"))
    unknown = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} - set(settings.POOLS)
    if unknown:
        found.append(checks.Error(f"No pool serves the queue {', '.join(sorted(unknown))}.", id="bus.E002"))
    return found
