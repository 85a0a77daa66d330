#!/usr/bin/python3
"""count-tasks.py [--wait SECONDS]: accounts for every message of every queue, by its id, and for every message that a client sent.

queued   accepted by RabbitMQ, also what workers queued; and what is scheduled and not yet due
done     its work is written down
waiting  in its queue, or scheduled
running  begun, and in its queue still: in hand, or given back by a worker that died
lost     not done, and its queue holds nothing; or Django said it had it, and it is not in the database
twice    done more than once: its worker died between its work and its acknowledgement

RabbitMQ tells how many messages a queue holds (ready and unacknowledged), and not which. Exit code 0: all is well. 1: one was lost.
2: --wait ended with messages still open. 3: one was done twice."""
import base64
import json
import pathlib
import sys
import urllib.request

from count_tasks import first, main

sys.path.insert(0, "/home/zulip/deployments/current")
from zulip.queues import QUEUES, database  # noqa: E402
from zulip.settings import RABBITMQ, RABBITMQ_PASSWORD  # noqa: E402

cursor = database().cursor()


def in_queues():
    """What each queue holds now: these totals are live, others of this API are seconds old."""
    request = urllib.request.Request("http://127.0.0.1:15672/api/queues/%2F?disable_stats=true&enable_queue_totals=true")
    login = f"{RABBITMQ['userid']}:{RABBITMQ_PASSWORD.read_text().strip()}".encode()
    request.add_header("Authorization", "Basic " + base64.b64encode(login).decode())
    totals = {q["name"]: q.get("messages", 0) for q in json.load(urllib.request.urlopen(request, timeout=10))}
    return {q: totals.get(q, 0) for q in QUEUES}


def rows(query):
    cursor.execute(query)
    return cursor.fetchall()


def sent():
    noted = pathlib.Path("/var/lib/zulip-sent")
    return set(noted.read_text().split()) if noted.exists() else set()


def count():
    # What was open before the queues were read and is afterwards too was open all the time.
    noted, before = sent(), {e for e, in rows("SELECT event FROM ledger WHERE done = 0")}
    held = in_queues()
    ledger = rows("SELECT event, queue, queued, started, done FROM ledger")
    open_rows = [row for row in ledger if not row[4]]
    lost = {e for e, queue, *_ in open_rows if e in before and not held[queue]}
    lost |= noted - {e for e, in rows("SELECT id FROM zerver_message")}
    scheduled = len(rows("SELECT id FROM zerver_scheduled WHERE delivered IS NULL"))
    running = len([1 for e, _, _, started, _ in open_rows if started and e not in lost])
    done, twice = [row for row in ledger if row[4]], {row[0] for row in ledger if row[4] > 1}
    waiting = len([1 for row in open_rows if row[0] not in lost]) - running + scheduled
    return {"queued": len(done) + waiting + running + len(lost), "done": len(done), "waiting": waiting, "running": running, "lost": len(lost),
            "twice": len(twice), "sent": len(noted), "lostIds": first(lost), "twiceIds": first(twice)}


# A worker writes down that it is done and acknowledges then; and what it gives back is in no queue for a moment: main looks twice.
main(__doc__, count, is_open=lambda result: result["waiting"] or result["running"])
