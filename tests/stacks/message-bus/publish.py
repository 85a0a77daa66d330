#!/usr/bin/python3
"""publish.py BOOK [--rate PER_SECOND] [--count N] [--kind KIND --seconds S]: devices that publish numbered messages until standard input ends, or SIGTERM.

BOOK gets the id of every message that the broker has acknowledged (QoS 1), one a line; BOOK.unsure those of which it is not known, since the connection
ended between. None is sent twice. One of ten is for ml_training, the others take turns."""
import argparse
import itertools
import json
import os
import signal
import sys
import threading
import time

sys.path.insert(0, "/opt/message-bus")
os.environ["DJANGO_SETTINGS_MODULE"] = "bus.settings"

import paho.mqtt.client as mqtt  # noqa: E402
from bus.client import new_client  # noqa: E402

MIX = ["alert", "status", "telemetry", "command", "telemetry", "alert", "status", "image", "telemetry", "command"]

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("book")
parser.add_argument("--rate", type=float, default=10)
parser.add_argument("--count", type=int)
parser.add_argument("--kind")
parser.add_argument("--seconds", type=float)
options = parser.parse_args()

ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
if options.count is None:
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()


def connect():
    client = new_client("devices-" + str(os.getpid()))
    client.username_pw_set("device", open("/etc/message-bus/device-password").read().strip())
    while not ended.is_set():
        try:
            client.connect("localhost", 1883)
            while not client.is_connected() and client.loop(timeout=0.1) == mqtt.MQTT_ERR_SUCCESS:
                pass
            if client.is_connected():
                return client
        except OSError:
            pass
        ended.wait(0.1)
    return client


def publish(client, topic, content):
    """True: the broker has it. False: nobody knows."""
    acknowledged = []
    client.on_publish = lambda *_: acknowledged.append(True)
    client.publish(topic, json.dumps(content), qos=1)
    while not acknowledged and client.loop(timeout=0.1) == mqtt.MQTT_ERR_SUCCESS:
        pass
    return bool(acknowledged)


client = connect()
with open(options.book, "a", buffering=1) as sure, open(options.book + ".unsure", "a", buffering=1) as unsure:
    due = time.monotonic()
    for number in itertools.count() if options.count is None else range(options.count):
        if ended.is_set():
            break
        kind = options.kind or MIX[number % len(MIX)]
        content = {"id": f"m-{os.getpid()}-{number}"}
        if options.seconds is not None:
            content["seconds"] = options.seconds
        if publish(client, f"device/{number % 7}/{kind}", content):
            sure.write(content["id"] + "\n")
        else:
            unsure.write(content["id"] + "\n")
            client = connect()
        # One that fell behind by more than a second does not catch up: a burst is another load.
        due = max(due + 1 / options.rate, time.monotonic() - 1)
        ended.wait(max(0, due - time.monotonic()))
client.disconnect()
