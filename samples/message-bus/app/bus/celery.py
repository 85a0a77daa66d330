import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bus.settings")

app = Celery("bus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["bus"])
