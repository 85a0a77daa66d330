"""process-fts-updates: indexes the messages that PostgreSQL's trigger has noted."""
import select
import signal

from . import queues

stopping = False


def stop(*_):
    global stopping
    stopping = True


def run(options):
    signal.signal(signal.SIGTERM, stop)
    database = queues.database()
    with database.cursor() as cursor:
        cursor.execute("LISTEN fts_update_log")
        while not stopping:
            cursor.execute(
                "WITH noted AS (DELETE FROM fts_update_log WHERE id IN (SELECT id FROM fts_update_log ORDER BY id LIMIT 500) "
                "RETURNING message_id) UPDATE zerver_message SET search = to_tsvector('english', content) FROM noted "
                "WHERE zerver_message.id = noted.message_id"
            )
            if not cursor.rowcount:
                select.select([database], [], [], 0.5)
                database.poll()
                database.notifies.clear()
