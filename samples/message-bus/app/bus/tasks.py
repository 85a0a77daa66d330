"""A task for each kind of message. What each does takes some time, is written down, and is told to who watches the dashboard."""
import json
import time
import uuid

import paho.mqtt.publish
from asgiref.sync import async_to_sync
from celery import shared_task
from channels.layers import get_channel_layer
from django.conf import settings

from . import breaker, ledger, metrics

DASHBOARD = "noc_dashboard"


def work(task, message, seconds, tell=True):
    message = message or f"beat-{uuid.uuid4()}"  # beat's own tasks come from no device
    queue = task.request.delivery_info["routing_key"]
    ledger.note("began", message, queue)
    time.sleep(seconds)
    ledger.note("done", message, queue)
    if tell:
        broadcast(message, queue)
    return message


def broadcast(message, queue):
    try:
        async_to_sync(get_channel_layer().group_send)(DASHBOARD, {"type": "task.done", "message": message, "queue": queue})
        metrics.count("websocket_broadcast_success")
    except Exception as error:  # nobody may watch, or not now: the work is done all the same
        metrics.count("websocket_broadcast_failure")
        print(f"broadcast of {message} failed: {error}", flush=True)


@shared_task(bind=True)
def raise_alert(self, message=None, seconds=0.02):
    work(self, message, seconds)


@shared_task(bind=True)
def note_status(self, message=None, seconds=0.02):
    work(self, message, seconds)


@shared_task(bind=True)
def process_telemetry(self, message=None, seconds=0.1):
    work(self, message, seconds)


@shared_task(bind=True, acks_late=True)
def train(self, message=None, seconds=0.5):
    """Long: acknowledged when it is done, so that it is done again if its worker dies."""
    work(self, message, seconds)


@shared_task(bind=True)
def send_command(self, message=None, seconds=0.2):
    """Answers the device by MQTT. Its pool runs in greenlets, where no event loop of asyncio can: another pool tells the dashboard."""
    message = work(self, message, seconds, tell=False)
    with breaker.of("mqtt_broker"):
        paho.mqtt.publish.single(
            f"command/{message}",
            json.dumps({"id": message}),
            qos=1,
            hostname=settings.MQTT_HOST,
            port=settings.MQTT_PORT,
            auth={"username": settings.MQTT_USER, "password": settings.MQTT_PASSWORD},
        )
    announce.delay(message, "external_api")


@shared_task
def announce(message, queue):
    broadcast(message, queue)
