"""Tasks as they come in real life: short and long, acknowledged early and late, spawning others, retrying, delayed."""
import time

from celery import chain, shared_task


@shared_task
def heartbeat():
    """What beat sends most often: it takes no time."""


@shared_task
def work(seconds):
    """The default: acknowledged when it starts, so it is lost if its worker is killed half-way."""
    time.sleep(seconds)


@shared_task(acks_late=True)
def work_late(seconds):
    """Acknowledged when it ends: delivered again if its worker is killed half-way."""
    time.sleep(seconds)


@shared_task
def spawn(width, seconds, depth=1):
    """Queues `width` others while it runs; with depth > 1 these do the same."""
    time.sleep(seconds / 2)
    for _ in range(width):
        if depth > 1:
            spawn.delay(width, seconds, depth - 1)
        else:
            work.delay(seconds)
    time.sleep(seconds / 2)


@shared_task
def job(steps, seconds):
    """A chain: each step is queued by the worker that finished the one before."""
    chain(*[work.si(seconds) if n % 2 else work_late.si(seconds) for n in range(steps)]).delay()


@shared_task(bind=True, max_retries=3)
def flaky(self, seconds, countdown=2):
    """Fails the first time and asks to be tried again: until then it waits as an ETA task inside a worker."""
    time.sleep(seconds)
    if self.request.retries == 0:
        raise self.retry(countdown=countdown)
