"""Jobs that write down when they began and ended. Environment: BROKER, LEDGER (a file)."""
import os
import time

from redis import Redis
from rq import Queue, get_current_job

LEDGER = os.environ.get("LEDGER", "/tmp/ledger")


def connection():
    return Redis.from_url(os.environ.get("BROKER", "redis://127.0.0.1:6379/0"))


def note(what):
    with open(LEDGER, "a") as ledger:
        ledger.write("%.6f %s %s\n" % (time.time(), what, get_current_job().id))


def sleep(seconds):
    note("begin")
    time.sleep(seconds)
    note("end")


def chain(queue, left, seconds):
    """Puts its successor into the queue before it ends."""
    note("begin")
    time.sleep(seconds)
    if left > 0:
        Queue(queue, connection=connection()).enqueue(chain, queue, left - 1, seconds)
    note("end")
