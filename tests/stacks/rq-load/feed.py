"""Never stops queueing jobs: feed.py TASK SECONDS RATE SENT, until its stdin ends. SENT gets the id of every job that Redis has taken, one a line."""
import sys
import threading
import time

import load
from rq import Queue

task, seconds, rate = getattr(load, sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
queue = Queue("default", connection=load.connection())
with open(sys.argv[4], "a", buffering=1) as sent:
    due = time.monotonic()
    while not ended.is_set():
        sent.write(queue.enqueue(task, seconds).id + "\n")
        # One that fell behind by more than a second does not catch up: a burst is another load.
        due = max(due + 1 / rate, time.monotonic() - 1)
        time.sleep(max(0, due - time.monotonic()))
