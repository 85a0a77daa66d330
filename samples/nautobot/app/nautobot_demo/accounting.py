"""Counts every task where it happens, so that "none was lost" can be proven: published, started, ended."""
import time

from celery import signals
from django.db import OperationalError, InterfaceError, close_old_connections, connection

PATIENCE = 30  # seconds; a database that restarts must not make a finished task look lost


@signals.after_task_publish.connect
def published(sender=None, headers=None, **_):
    # After the broker took it: a publish that failed isn't a queued task.
    _count(headers["id"], sender, "published", "first_published")


@signals.task_prerun.connect
def started(task_id=None, task=None, **_):
    _count(task_id, task.name, "started", "last_started")


@signals.task_postrun.connect
def ended(task_id=None, task=None, state=None, **_):
    _count(task_id, task.name, {"SUCCESS": "succeeded", "RETRY": "retried"}.get(state, "failed"), "last_ended")


def _count(task_id, name, number, moment):
    others = {"published", "started", "succeeded", "retried", "failed"} - {number}
    keep = f"coalesce(t.{moment}, now())" if moment == "first_published" else "now()"
    statement = (
        f"INSERT INTO nautobot_demo_taskrun AS t (id, name, {number}, {', '.join(others)}, {moment}) "
        f"VALUES (%s, %s, 1, {', '.join('0' for _ in others)}, now()) "
        f"ON CONFLICT (id) DO UPDATE SET {number} = t.{number} + 1, {moment} = {keep}"
    )
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, [task_id, name or ""])
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            connection.close()
            close_old_connections()
            time.sleep(0.2)
