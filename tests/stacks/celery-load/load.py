"""Tasks that write down when they began and ended, so that a test can compare a verdict with what really happened.

Settings come from the environment: BROKER, LEDGER (a file), PREFIX, CONTENT=nautobot for an application that accepts only its own content type,
QUEUE_TYPE=quorum for a quorum queue of RabbitMQ (native: as Celery 5.5 does it by itself), and RATE for the rate of "limited" (empty: none).
"""
import json
import os
import time

from celery import Celery

app = Celery("load", broker=os.environ.get("BROKER", "redis://127.0.0.1:6379/0"))
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=int(os.environ.get("PREFETCH", "4")),
    broker_transport_options=json.loads(os.environ.get("TRANSPORT_OPTIONS", "{}")),
    task_default_queue=os.environ.get("QUEUE", "celery"),
    broker_connection_retry=True,
    worker_hijack_root_logger=False,
)
if os.environ.get("CONTENT") == "nautobot":
    from kombu.serialization import register

    register("nautobot_json", json.dumps, json.loads, content_type="application/x-nautobot-json", content_encoding="utf-8")
    app.conf.update(accept_content=["nautobot_json"], task_serializer="nautobot_json", result_serializer="nautobot_json")

if os.environ.get("QUEUE_TYPE") == "native":
    # From Celery 5.5 on: quorum queues, and tasks with an ETA wait in the broker.
    app.conf.update(task_default_queue_type="quorum", task_default_exchange_type="topic")
elif os.environ.get("QUEUE_TYPE") == "quorum":
    import quorum

    quorum.use(app)

LEDGER = os.environ.get("LEDGER", "/tmp/ledger")


def note(what, task_id):
    # One write of one short line with O_APPEND: lines of several processes never mix.
    with open(LEDGER, "a") as ledger:
        ledger.write("%.6f %s %s\n" % (time.time(), what, task_id))


@app.task(bind=True)
def sleep(self, seconds):
    note("begin", self.request.id)
    time.sleep(seconds)
    note("end", self.request.id)


@app.task(bind=True)
def quick(self, seconds):
    """One line only, at its end: for loads of tens of thousands."""
    time.sleep(seconds)
    note("end", self.request.id)


@app.task(bind=True, acks_late=True)
def quicklate(self, seconds):
    time.sleep(seconds)
    note("end", self.request.id)


@app.task(bind=True, acks_late=True)
def late(self, seconds):
    note("begin", self.request.id)
    time.sleep(seconds)
    note("end", self.request.id)


def wait_to_be_let_go():
    while not os.path.exists(LEDGER + ".go"):
        time.sleep(0.02)


@app.task(bind=True)
def held(self):
    """Runs until the test lets it go: what happens meanwhile depends on no clock."""
    note("begin", self.request.id)
    wait_to_be_let_go()
    note("end", self.request.id)


@app.task(bind=True, acks_late=True)
def lateheld(self):
    note("begin", self.request.id)
    wait_to_be_let_go()
    note("end", self.request.id)


@app.task(bind=True)
def chain(self, left, seconds, width=1):
    """Sends its successors before it ends: in between every queue is empty again and again."""
    note("begin", self.request.id)
    time.sleep(seconds)
    if left > 0:
        for _ in range(width):
            chain.delay(left - 1, seconds, 1)
    note("end", self.request.id)


@app.task(bind=True, acks_late=True)
def latechain(self, left, seconds):
    note("begin", self.request.id)
    time.sleep(seconds)
    if left > 0:
        latechain.delay(left - 1, seconds)
    note("end", self.request.id)


@app.task(bind=True, max_retries=5)
def flaky(self, failures, countdown):
    note("begin", self.request.id)
    if self.request.retries < failures:
        note("end", self.request.id)
        raise self.retry(countdown=countdown)
    note("end", self.request.id)


@app.task(bind=True, rate_limit=os.environ.get("RATE", "60/m") or None)
def limited(self):
    note("begin", self.request.id)
    note("end", self.request.id)
