#!/usr/bin/python3
"""queue-tasks.py COUNT [--longest SECONDS] [--seed N] [--pace PER_SECOND]: sends a repeatable mix of messages, that feed all queues.
queue-tasks.py COUNT --kind stream|private|bot|mail|invite --seconds SECONDS [--queue QUEUE]: sends some of one kind; or into one queue.

Like a client of Zulip it sends a message again, with the same id, until the server has said that it has it; what it has said so of is
noted in /var/lib/zulip-sent. On SIGTERM it ends when that is so of the message in hand."""
import argparse
import http.client
import json
import random
import signal
import time
import urllib.parse
import uuid

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("count", type=int)
parser.add_argument("--longest", type=float, default=1.0)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--pace", type=float)
parser.add_argument("--kind")
parser.add_argument("--seconds", type=float, default=1.0)
parser.add_argument("--queue")
options = parser.parse_args()
KINDS = ["stream", "private", "bot", "mail", "invite", "deliver_scheduled_emails", "deliver_scheduled_messages"]
rnd = random.Random(options.seed)
again = 0
stopping = False


def stop(*_):
    global stopping
    stopping = True


signal.signal(signal.SIGTERM, stop)


def form(n):
    if options.kind:
        one = {"kind": options.kind, "seconds": options.seconds}
        return {**one, "queue": options.queue} if options.queue else one
    return {"kind": rnd.choices(KINDS, [6, 4, 3, 2, 1, 1, 1])[0], "seconds": round(rnd.uniform(0.01, options.longest / 4), 3)}


def accepted(message):
    connection = http.client.HTTPConnection("127.0.0.1", timeout=30)
    try:
        headers = {"Host": "chat.example.org", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/json/messages", urllib.parse.urlencode(message), headers)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


began, queued = time.monotonic(), 0
with open("/var/lib/zulip-sent", "a", buffering=1) as sent:
    for n in range(options.count):
        if stopping:
            break
        message = {"id": str(uuid.uuid4()), "sender": f"user{n % 7}", "content": f"message {n}", **form(n)}
        while not accepted(message):
            again += 1
            time.sleep(0.1)
        sent.write(message["id"] + "\n")
        queued = n + 1
        if options.pace and (early := began + (n + 1) / options.pace - time.monotonic()) > 0:
            time.sleep(early)
print(json.dumps({"queued": queued, "sentAgain": again}))
