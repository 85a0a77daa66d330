"""The MQTT subscriber: queues a Celery task for each message of a device.

Its session is persistent and its subscription of QoS 1: while it is down the broker keeps what comes. A message is acknowledged when its task is queued;
one whose task could not be queued ends this program, unacknowledged, and comes again when systemd has started it again.
"""
import json
import signal
import sys
import time

import paho.mqtt.client as mqtt
from django.conf import settings

from . import ledger, metrics, tasks
from .celery import app
from .client import new_client

KINDS = {
    "alert": tasks.raise_alert,
    "status": tasks.note_status,
    "telemetry": tasks.process_telemetry,
    "image": tasks.train,
    "command": tasks.send_command,
}
stopping = False


def on_connect(client, _, flags, reason, *__):
    if reason != 0:
        print(f"The MQTT broker refused: {reason}", flush=True)
        return
    client.subscribe("device/#", qos=1)


def on_subscribe(*_):
    print("Connected to MQTT Broker", flush=True)


def on_disconnect(*_):
    if not stopping:
        print("Disconnected from MQTT Broker", flush=True)


def on_message(client, _, message):
    kind = message.topic.rpartition("/")[2]
    if not message.topic.startswith(settings.ALLOWED_TOPIC_PREFIXES) or kind not in KINDS:
        print(f"Rejected topic {message.topic}", flush=True)
        return
    content = json.loads(message.payload)
    task = KINDS[kind]
    # No retry: what the broker of the tasks had taken before it went away would be queued twice.
    task.apply_async(args=[content["id"]], kwargs={k: content[k] for k in ("seconds",) if k in content}, retry=False)
    ledger.note("queued", content["id"], app.amqp.router.route({}, task.name)["queue"].name)


def stop(*_):
    global stopping
    stopping = True


def main():
    client = new_client("mqtt-subscriber", clean_session=False)
    client.on_connect, client.on_subscribe, client.on_disconnect, client.on_message = on_connect, on_subscribe, on_disconnect, on_message
    client.username_pw_set(settings.MQTT_USER, settings.MQTT_PASSWORD)
    signal.signal(signal.SIGTERM, stop)
    told = 0
    while not stopping:
        if not client.is_connected() and client.socket() is None:
            try:
                client.connect(settings.MQTT_HOST, settings.MQTT_PORT, keepalive=20)
            except OSError as error:
                print(f"The MQTT broker does not answer: {error}", flush=True)
                time.sleep(1)
                continue
        client.loop(timeout=0.2)
        if client.is_connected() and time.monotonic() - told > 2:
            told = time.monotonic()
            metrics.redis().set(metrics.SUBSCRIBER, 1, ex=6)

    # What was queued is acknowledged before the connection ends, what comes now is not taken: the broker keeps it.
    client.on_message = None
    client.disconnect()
    while client.socket() is not None and client.loop(timeout=0.2) == mqtt.MQTT_ERR_SUCCESS:
        pass
    metrics.redis().delete(metrics.SUBSCRIBER)
    sys.exit(0)
