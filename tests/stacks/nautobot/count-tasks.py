#!/usr/bin/python3
"""count-tasks.py [--wait SECONDS]: accounts for every task that was ever queued, by its id.

queued   accepted by the broker (also those that other tasks, retries and the scheduler queued)
done     ended, successfully or not
waiting  in the broker: queued, or delivered and not acknowledged (prefetched, ETA, retry, late acknowledgement)
running  acknowledged early and executing now, as the workers say
lost     none of these, twice in a row: it will never run
twice    ended more often than it was queued, less its retries

Exit code 0: all is well. 1: a task was lost. 2: --wait ended with tasks still waiting or running. 3: none was lost, but
one ran twice: a Celery worker (seen with 5.2) that is stopped under load puts back tasks that a pool process has already
taken; only a worker whose queue was drained before it is stopped never does."""
import json
import os
import sys

from count_tasks import first, main

sys.path.insert(0, "/opt/nautobot")
os.environ["DJANGO_SETTINGS_MODULE"] = "nautobot_demo.settings"

import django  # noqa: E402

django.setup()

import redis  # noqa: E402
from django.conf import settings  # noqa: E402
from nautobot_demo.celery import app  # noqa: E402
from nautobot_demo.models import TaskRun  # noqa: E402

broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)


def ids_in_broker():
    with broker.pipeline(transaction=True) as snapshot:  # one moment: a task moves between these in one step
        names = ["default"] + [k for k in broker.scan_iter("default\x06\x16*")]
        for name in names:
            snapshot.lrange(name, 0, -1)
        snapshot.hvals("unacked")
        *lists, unacked = snapshot.execute()
    messages = [json.loads(raw) for one in lists for raw in one] + [json.loads(raw)[0] for raw in unacked]
    return {m["headers"]["id"] for m in messages}


def ids_running():
    active = app.control.inspect(timeout=1.0).active() or {}
    return {t["id"] for tasks in active.values() for t in tasks}


def count():
    # In the order in which a task moves on (broker, worker, done), so that one that moves meanwhile is still seen.
    # Only a retry moves backwards; main looks twice.
    books_before = {str(i) for i in TaskRun.objects.filter(published__gt=0).values_list("id", flat=True)}
    broker_ids = ids_in_broker()
    running = ids_running()
    rows = {str(r.id): r for r in TaskRun.objects.all()}
    done = {i for i, r in rows.items() if r.succeeded + r.failed > 0}
    waiting = broker_ids - done
    missing = books_before - done - waiting - running
    queued = set(rows) | waiting
    running = queued - done - waiting - missing  # the workers said so, or they were queued since we began
    twice = {i for i, r in rows.items() if r.succeeded + r.failed > max(1, r.published - r.retried)}
    failed = TaskRun.objects.filter(failed__gt=0).count()
    return {"queued": len(queued), "done": len(done), "waiting": len(waiting), "running": len(running), "lost": len(missing), "twice": len(twice),
            "failed": failed, "lostIds": first(missing), "twiceIds": first(twice)}


main(__doc__, count, is_open=lambda result: result["waiting"] or result["running"])
