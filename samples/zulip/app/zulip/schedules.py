"""manage.py deliver_scheduled_emails | deliver_scheduled_messages: queues what is due. Of each there may be one only, as of Zulip's."""
import signal
import threading

from . import queues

# What a scheduled row becomes.
QUEUE = {"deliver_scheduled_emails": "email_senders", "deliver_scheduled_messages": "notify_tornado"}


def run(options):
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    database, publisher = queues.database(), queues.Publisher()
    while not stop.wait(0.5):
        with database.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "SELECT id, payload FROM zerver_scheduled WHERE kind = %s AND delivered IS NULL AND due <= now() "
                "ORDER BY due LIMIT 20 FOR UPDATE",
                [options.command],
            )
            for id, payload in cursor.fetchall():
                # The id of the row: killed before the commit, this would queue it again, and the books would show it.
                publisher.publish(cursor, QUEUE[options.command], {**payload, "id": id})
                cursor.execute("UPDATE zerver_scheduled SET delivered = now() WHERE id = %s", [id])
            cursor.execute("COMMIT")
