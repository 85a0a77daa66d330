"""A Celery application on RabbitMQ with a classic queue ("classic") and a quorum queue ("quorum"), and books in Redis."""
import random
import time

from celery import Celery, bootsteps, chain, signals
from celery.worker.consumer.tasks import Tasks
from kombu import Queue
from kombu.common import QoS
from redis import Redis

books = Redis(db=5, decode_responses=True)
app = Celery("orders", broker="amqp://guest:guest@127.0.0.1:5672//")
app.conf.task_queues = [
    Queue("classic", durable=True),
    Queue("quorum", durable=True, queue_arguments={"x-queue-type": "quorum"}),
]
app.conf.task_default_queue = "classic"
app.conf.task_ignore_result = True
app.conf.timezone = "UTC"
# Without it a message that reaches no queue is dropped and nobody hears of it.
app.conf.broker_transport_options = {"confirm_publish": True}


class QosPerConsumer(bootsteps.StartStopStep):
    """Celery before 5.5 asks for a prefetch per channel, which quorum queues refuse (540 NOT_IMPLEMENTED)."""

    requires = {Tasks}

    def start(self, c):
        c.connection.default_channel.basic_qos(0, c.initial_prefetch_count, False)
        c.qos = QoS(lambda prefetch_count: c.task_consumer.qos(prefetch_count=prefetch_count, apply_global=False), c.initial_prefetch_count)


app.steps["consumer"].add(QosPerConsumer)


@app.task
def work(seconds):
    time.sleep(seconds)


@app.task(acks_late=True)
def work_late(seconds):
    time.sleep(seconds)


@app.task
def spawn(width, seconds):
    time.sleep(seconds / 2)
    for n in range(width):
        work.apply_async(args=[seconds / 2], queue=("classic", "quorum")[n % 2])
    time.sleep(seconds / 2)


@app.task(bind=True, max_retries=3)
def flaky(self, seconds):
    time.sleep(seconds)
    if self.request.retries == 0:
        raise self.retry(countdown=1)


def queue_mix(count, longest=1.0, seed=1):
    rnd = random.Random(seed)
    for _ in range(count):
        queue, seconds, kind = rnd.choice(["classic", "quorum"]), round(rnd.uniform(0.05, longest), 3), rnd.random()
        if kind < 0.5:
            work.apply_async(args=[seconds], queue=queue)
        elif kind < 0.75:
            work_late.apply_async(args=[seconds], queue=queue)
        elif kind < 0.85:
            spawn.apply_async(args=[2, seconds], queue=queue)
        elif kind < 0.93:
            chain(work.si(seconds / 2).set(queue=queue), work_late.si(seconds / 2).set(queue=queue)).delay()
        else:
            flaky.apply_async(args=[seconds / 2], queue=queue)


@signals.after_task_publish.connect
def published(headers=None, **_):
    books.hincrby(f"task:{headers['id']}", "published")


@signals.task_prerun.connect
def started(task_id=None, **_):
    books.hincrby(f"task:{task_id}", "started")


@signals.task_postrun.connect
def ended(task_id=None, state=None, **_):
    books.hincrby(f"task:{task_id}", {"SUCCESS": "succeeded", "RETRY": "retried"}.get(state, "failed"))
