#!/usr/bin/python3
"""A consumer that isn't Celery: takes from "plain-classic" and "plain-quorum", 0.2 s a message, acknowledged at the end."""
import signal
import time

import amqp

stopping = False


def stop(*_):
    global stopping
    stopping = True


signal.signal(signal.SIGTERM, stop)
connection = amqp.Connection("127.0.0.1:5672", userid="guest", password="guest")
connection.connect()
channel = connection.channel()
channel.basic_qos(0, 5, False)


def receive(message):
    if not stopping:  # what was prefetched goes back to the queue when the connection closes
        time.sleep(0.2)
        message.channel.basic_ack(message.delivery_tag)


for name, kind in (("plain-classic", "classic"), ("plain-quorum", "quorum")):
    channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": kind})
    channel.basic_consume(name, callback=receive)
while not stopping:
    try:
        connection.drain_events(timeout=1)
    except TimeoutError:
        pass
connection.close()
