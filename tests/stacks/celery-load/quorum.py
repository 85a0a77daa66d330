"""Quorum queues for Celery before 5.5, which asks for a prefetch per channel; quorum queues refuse that (540 NOT_IMPLEMENTED)."""
from celery import bootsteps
from celery.worker.consumer.tasks import Tasks
from kombu import Queue
from kombu.common import QoS


class QosPerConsumer(bootsteps.StartStopStep):
    requires = {Tasks}

    def start(self, c):
        c.connection.default_channel.basic_qos(0, c.initial_prefetch_count, False)
        c.qos = QoS(lambda prefetch_count: c.task_consumer.qos(prefetch_count=prefetch_count, apply_global=False), c.initial_prefetch_count)


def use(app):
    app.conf.task_queues = [Queue(app.conf.task_default_queue, durable=True, queue_arguments={"x-queue-type": "quorum"})]
    app.steps["consumer"].add(QosPerConsumer)
