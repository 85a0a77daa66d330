"""manage.py process_queue --queue_name=QUEUE: what each queue's worker does with an event. It takes as long as the event says."""
import http.client
import time

from . import consumer, settings
from .queues import WORKERS


def embed_links(event, cursor, publisher):
    cursor.execute("UPDATE zerver_message SET rendered = content || ' (preview)' WHERE id = %s", [event["message"]])


def user_activity(event, cursor, publisher):
    cursor.execute(
        "INSERT INTO zerver_useractivity (sender) VALUES (%s) ON CONFLICT (sender) DO UPDATE SET count = zerver_useractivity.count + 1",
        [event["sender"]],
    )


def email_senders(event, cursor, publisher):
    cursor.execute("INSERT INTO zerver_outbox (id, kind) VALUES (%s, 'email')", [event["id"]])


def outgoing_webhooks(event, cursor, publisher):
    """By the proxy, as Zulip does it. The sample's webhook is its own server, which answers who it is."""
    through = http.client.HTTPConnection(*settings.SMOKESCREEN, timeout=10)
    try:
        through.request("GET", "http://127.0.0.1/api/v1/server_settings", headers={"Host": settings.EXTERNAL_HOST})
        result = str(through.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        # That nobody answers is an answer too; Zulip tells the bot's owner.
        result = type(error).__name__
    cursor.execute("INSERT INTO zerver_outbox (id, kind) VALUES (%s, %s)", [event["id"], f"webhook {result}"])


def followed_by(queue):
    """A worker that queues work for another one."""
    return lambda event, cursor, publisher: publisher.publish(cursor, queue, {k: v for k, v in event.items() if k != "id"})


def nothing_more(event, cursor, publisher):
    """The time that it takes is all."""


WORK = {
    **dict.fromkeys(WORKERS, nothing_more),
    "deferred_work": followed_by("digest_emails"),
    "digest_emails": followed_by("email_senders"),
    "email_senders": email_senders,
    "embed_links": embed_links,
    "invites": followed_by("email_senders"),
    "missedmessage_emails": followed_by("email_senders"),
    "outgoing_webhooks": outgoing_webhooks,
    "user_activity": user_activity,
}


def run(options):
    work = WORK[options.queue_name]

    def handle(event, cursor, publisher):
        time.sleep(event["seconds"])
        work(event, cursor, publisher)

    consumer.consume(options.queue_name, handle)
