"""Never stops sending tasks: feed.py TASK SECONDS RATE SENT [QUEUE], until its stdin ends.

SENT gets the id of every task that the broker has taken, one a line; SENT.unsure those of which it is not known, since it went away.
"""
import sys
import threading
import time
import uuid

import load

task, seconds, rate = getattr(load, sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
options = {"queue": sys.argv[5]} if len(sys.argv) > 5 else {}
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()


def connect():
    while not ended.is_set():
        try:
            connection = load.app.connection_for_write()
            connection.connect()
            return load.app.amqp.Producer(connection)
        except Exception:
            time.sleep(0.05)


producer = connect()
with open(sys.argv[4], "a", buffering=1) as sent, open(sys.argv[4] + ".unsure", "a", buffering=1) as unsure:
    due = time.monotonic()
    while not ended.is_set():
        task_id = str(uuid.uuid4())
        try:
            # No retry: what the broker had taken before it went away would be sent twice.
            task.apply_async((seconds,), task_id=task_id, producer=producer, retry=False, **options)
            sent.write(task_id + "\n")
        except Exception:
            unsure.write(task_id + "\n")
            producer = connect()
        # One that fell behind by more than a second does not catch up: a burst is another load.
        due = max(due + 1 / rate, time.monotonic() - 1)
        time.sleep(max(0, due - time.monotonic()))
