"""Never stops queueing jobs: feed.py TASK SECONDS RATE SENT, until its stdin ends.

SENT gets the id of every job that Redis has taken, one a line; SENT.unsure those of which it is not known, since it went away.
"""
import sys
import threading
import time
import uuid

import load
from redis import RedisError
from rq import Queue

task, seconds, rate = getattr(load, sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
queue = Queue("default", connection=load.connection())
with open(sys.argv[4], "a", buffering=1) as sent, open(sys.argv[4] + ".unsure", "a", buffering=1) as unsure:
    due = time.monotonic()
    while not ended.is_set():
        job_id = str(uuid.uuid4())
        try:
            queue.enqueue(task, seconds, job_id=job_id)
            sent.write(job_id + "\n")
        except RedisError:
            unsure.write(job_id + "\n")
        # One that fell behind by more than a second does not catch up: a burst is another load.
        due = max(due + 1 / rate, time.monotonic() - 1)
        time.sleep(max(0, due - time.monotonic()))
