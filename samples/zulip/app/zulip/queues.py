"""Zulip's queues, how messages get into them, and the books of what becomes of each."""
import json
import uuid

import amqp
import psycopg2

from . import settings

WORKERS = [
    "deferred_work", "digest_emails", "email_mirror", "email_senders", "embed_links", "embedded_bots", "invites", "missedmessage_emails",
    "missedmessage_mobile_notifications", "outgoing_webhooks", "user_activity", "user_activity_interval",
]  # fmt: skip
QUEUES = [*WORKERS, "notify_tornado"]

# What a message of each kind sets in motion; together they feed every queue. What workers queue besides is in workers.py.
KINDS = {
    "stream": ["notify_tornado", "user_activity", "embed_links", "missedmessage_mobile_notifications"],
    "private": ["notify_tornado", "user_activity_interval", "missedmessage_emails"],
    "bot": ["notify_tornado", "embedded_bots", "outgoing_webhooks"],
    "mail": ["email_mirror", "deferred_work"],
    "invite": ["invites"],
}


def database():
    connection = psycopg2.connect(settings.POSTGRESQL)
    connection.autocommit = True
    return connection


def rabbitmq():
    connection = amqp.Connection(**settings.RABBITMQ, password=settings.RABBITMQ_PASSWORD.read_text().strip(), confirm_publish=True)
    connection.connect()
    return connection


def channel_with_queues(connection):
    channel = connection.channel()
    for queue in QUEUES:
        channel.queue_declare(queue, durable=True, auto_delete=False)
    return channel


class Publisher:
    """Has a connection of its own: on one that consumes too, the next message would come in while a confirmation is waited for."""

    def __init__(self):
        self._channel = None

    def publish(self, cursor, queue, event):
        """Queues an event, and notes it once RabbitMQ has it: in the caller's transaction, which may come to nothing."""
        if not self._channel:
            self._channel = channel_with_queues(rabbitmq())
        event = {"id": str(uuid.uuid4()), **event}
        body = amqp.Message(json.dumps(event), delivery_mode=2)  # on disk: it outlives a restart of RabbitMQ
        self._channel.basic_publish_confirm(body, routing_key=queue)
        cursor.execute(
            "INSERT INTO ledger (event, queue, queued) VALUES (%s, %s, 1) ON CONFLICT (event) DO UPDATE SET queued = ledger.queued + 1",
            [event["id"], queue],
        )


def started(cursor, queue, event):
    cursor.execute(
        "INSERT INTO ledger (event, queue, started, last_started) VALUES (%s, %s, 1, clock_timestamp()) "
        "ON CONFLICT (event) DO UPDATE SET started = ledger.started + 1, last_started = clock_timestamp()",
        [event["id"], queue],
    )


def done(cursor, event):
    cursor.execute("UPDATE ledger SET done = done + 1 WHERE event = %s", [event["id"]])
