"""How a program consumes a queue: one message at a time, acknowledged when its work is written down."""
import json
import signal

from . import queues

PREFETCH = 20


def consume(queue, handle):
    """
    Until SIGTERM. Then the message in hand is finished and acknowledged; what else was delivered goes back to the queue when the connection
    closes, and another consumer has it. A message whose consumer dies goes back too: it may be done twice, and never not at all.
    """
    stopping = False

    def stop(*_):
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    database = queues.database()
    connection, publisher = queues.rabbitmq(), queues.Publisher()
    channel = queues.channel_with_queues(connection)
    channel.basic_qos(0, PREFETCH, False)

    def receive(message):
        if stopping:
            return
        event = json.loads(message.body)
        with database.cursor() as cursor:
            queues.started(cursor, queue, event)
            cursor.execute("BEGIN")
            handle(event, cursor, publisher)
            queues.done(cursor, event)
            cursor.execute("COMMIT")
        channel.basic_ack(message.delivery_tag)

    channel.basic_consume(queue, callback=receive)
    while not stopping:
        try:
            connection.drain_events(timeout=0.25)
        except TimeoutError:
            pass
    connection.close()
