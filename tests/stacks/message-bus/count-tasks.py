#!/usr/bin/python3
"""count-tasks.py [--wait SECONDS]: accounts for every message that a device ever published, by its id.

queued   acknowledged by the MQTT broker, or written down by the subscriber or a task (of those that the device is not sure of)
done     its task has ended
waiting  its task is in Redis (queued, prefetched, acknowledged late), or the message waits in the MQTT broker for the subscriber
running  its task has begun
lost     none of these, twice in a row
twice    its task has ended more than once

While Redis or mosquitto is down what they hold is read from their files. A message waits in a running mosquitto when nothing is known of it since: that
it does is seen when it has come (--wait), and at a stop in its file.

Exit code 0: all is well. 1: one was lost. 2: --wait ended with some still waiting or running. 3: none was lost, but one was done twice."""
import base64
import collections
import glob
import json
import os
import re
import subprocess
import sys

from count_tasks import first, main

sys.path.insert(0, "/opt/message-bus")
os.environ["DJANGO_SETTINGS_MODULE"] = "bus.settings"

import redis  # noqa: E402

BOOKS = "/var/lib/message-bus-books"
POOLS = ["critical", "high_priority", "general", "ml_training", "external_api"]
ID = re.compile(r"m-\d+-\d+")


def published():
    return {line.strip() for book in glob.glob(f"{BOOKS}/sent*") if not book.endswith(".unsure") for line in open(book) if line.endswith("\n")}


def ledger():
    found = {"queued": collections.Counter(), "began": collections.Counter(), "done": collections.Counter()}
    try:
        for line in open("/var/lib/message-bus/ledger"):
            _, event, message, _ = line.split("\t")
            if ID.fullmatch(message):
                found[event][message] += 1
    except FileNotFoundError:
        pass
    return found


def is_up(unit):
    return subprocess.run(["systemctl", "is-active", "-q", unit]).returncode == 0


def in_redis():
    if not is_up("redis-server"):
        return None
    broker = redis.Redis()
    with broker.pipeline(transaction=True) as snapshot:  # one moment: a task moves between these in one step
        names = POOLS + [key for pool in POOLS for key in broker.scan_iter(pool + "\x06\x16*")]
        for name in names:
            snapshot.lrange(name, 0, -1)
        snapshot.hvals("unacked")
        *lists, unacked = snapshot.execute()
    messages = [json.loads(raw) for one in lists for raw in one] + [json.loads(raw)[0] for raw in unacked]
    return {found for m in messages for found in ID.findall(base64.b64decode(m["body"]).decode())}


def in_mosquitto():
    """None while it runs: it tells nobody what it keeps for whom."""
    if is_up("mosquitto"):
        return None
    with open("/var/lib/mosquitto/mosquitto.db", "rb") as file:
        return set(ID.findall(file.read().decode("latin-1")))


def count():
    # In the order in which a message moves on (device, MQTT broker, Redis, worker), so that one that moves meanwhile is still seen.
    sure = published()
    at_broker = in_mosquitto()
    before = ledger()
    tasks = in_redis()
    after = ledger()
    done = set(after["done"])
    known = sure | set(after["queued"]) | set(after["began"]) | done
    running = set(after["began"]) - done
    queued = known - done - running
    if tasks is not None:
        held = queued & tasks
        # The subscriber has written these down before we looked: they were in Redis, and are nowhere.
        missing = (queued & set(before["queued"])) - tasks
    else:
        held, missing = queued & set(before["queued"]), set()
    rest = queued - held - missing
    if at_broker is not None:
        missing |= {m for m in rest if m in sure and m not in at_broker}
    waiting = queued - missing
    twice = {m for m, times in after["done"].items() if times > 1}
    return {"queued": len(known), "done": len(done), "waiting": len(waiting), "running": len(running), "lost": len(missing), "twice": len(twice),
            "failed": 0, "atBroker": len(rest - missing), "lostIds": first(missing), "twiceIds": first(twice)}


main(__doc__, count, is_open=lambda result: result["waiting"] or result["running"])
