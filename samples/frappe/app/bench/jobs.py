"""Jobs as they come in real life. Every one goes through execute_job, as in Frappe."""
import time

from rq import get_current_job

from .queues import books, enqueue


def execute_job(site, method, kwargs):
    key = f"job:{get_current_job().id}"
    times = books().hincrby(key, "started")
    METHODS[method](times=times, **kwargs)
    books().hincrby(key, "done")  # before RQ takes it off its list of running jobs


def work(seconds, times):
    time.sleep(seconds)


def spawn(width, seconds, times):
    """Queues others while it runs."""
    time.sleep(seconds / 2)
    for n in range(width):
        enqueue("work", queue=("short", "default", "long")[n % 3], seconds=seconds / 2)
    time.sleep(seconds / 2)


def flaky(seconds, times):
    """Fails the first time; RQ tries it again."""
    time.sleep(seconds)
    if times == 1:
        raise RuntimeError("try again")


METHODS = {"work": work, "spawn": spawn, "flaky": flaky}
