import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nautobot_demo.settings")

app = Celery("nautobot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.imports = ["nautobot_demo.accounting"]  # every process that publishes or runs tasks keeps the books
