import redis
from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from .celery import app
from .mix import queue_mix
from .models import TaskRun


def health(request):
    """200 only when everything that a request needs answers, else 503 that names what doesn't."""
    checks = {"database": _try(_ask_database), "redis": _try(_ask_redis)}
    return JsonResponse(checks, status=200 if set(checks.values()) == {"working"} else 503)


def worker_status(request):
    """A live query of the Celery workers, like Nautobot's page of that name."""
    active = app.control.inspect(timeout=1.0).active() or {}  # who answers, is alive
    workers = {name: {"active": len(running)} for name, running in active.items()}
    return JsonResponse({"workers": workers}, status=200 if workers else 503)


@require_POST
def queue(request):
    """POST /tasks/queue/?count=20&longest=1.0&seed=1"""
    count = int(request.GET.get("count", "1"))
    queue_mix(count, float(request.GET.get("longest", "1.0")), int(request.GET.get("seed", "1")))
    return JsonResponse({"queued": count}, status=202)


def tasks(request):
    return JsonResponse(TaskRun.objects.aggregate(tasks=Count("id"), started=Sum("started"), succeeded=Sum("succeeded"), failed=Sum("failed")))


def _ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis():
    redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=4).ping()


def _try(check):
    try:
        check()
        return "working"
    except Exception as error:  # whatever it is, a health page reports it instead of failing
        return f"unavailable: {type(error).__name__}"
