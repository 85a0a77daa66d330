#!/usr/bin/python3
"""count-tasks.py [--wait SECONDS]: accounts for every Celery task that was ever queued. RabbitMQ doesn't tell which messages
it holds without delivering them, so what is open is counted: it must equal what the broker and the workers still have.

queued   accepted by RabbitMQ (also those that other tasks queued)
done     ended, successfully or not
open     queued and not done
broker   ready + unacknowledged messages in both queues; running: acknowledged early and executing, as the workers say
twice    ended more than once
lost     open, while broker and workers have nothing

Exit code 0: all is well. 1: a task was lost. 2: --wait ended with tasks still open. 3: one ran twice."""
import json
import sys

from count_tasks import first, main

sys.path.insert(0, "/opt/orders")
import orders  # noqa: E402
import urllib.request  # noqa: E402
import base64  # noqa: E402


def in_broker():
    request = urllib.request.Request("http://127.0.0.1:15672/api/queues/%2F?disable_stats=true&enable_queue_totals=true")
    request.add_header("Authorization", "Basic " + base64.b64encode(b"guest:guest").decode())
    queues = json.load(urllib.request.urlopen(request, timeout=10))
    return sum(q.get("messages", 0) for q in queues if q["name"] in ("classic", "quorum"))


def read_books():
    keys = list(orders.books.scan_iter("task:*", count=1000))
    with orders.books.pipeline(transaction=True) as snapshot:
        for key in keys:
            snapshot.hgetall(key)
        return {key[5:]: {k: int(v) for k, v in row.items()} for key, row in zip(keys, snapshot.execute())}


def ended(row):
    return row.get("succeeded", 0) + row.get("failed", 0)


def count():
    # What was open before we asked and still is afterwards, although broker and workers had nothing in between.
    before = {i for i, row in read_books().items() if not ended(row)}
    broker = in_broker()
    running = len([t for tasks in (orders.app.control.inspect(timeout=1.0).active() or {}).values() for t in tasks])
    rows = read_books()
    done = {i for i, row in rows.items() if ended(row)}
    still = before - done
    lost = still if not broker and not running else set()
    return {"queued": len(rows), "done": len(done), "open": len(rows) - len(done), "broker": broker, "running": running,
            "lost": len(lost), "twice": len([1 for row in rows.values() if ended(row) > 1]), "lostIds": first(lost)}


# The broker was asked first, so its number may be a second old.
main(__doc__, count, is_open=lambda result: result["open"] or result["broker"], give_up=lambda result: result["lost"])
