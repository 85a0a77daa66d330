"""Queues jobs: one JSON object a line on stdin ({"task": "sleep", "queue": "default", "args": [1]}), one job id a line on stdout."""
import datetime
import json
import sys

import load
from rq import Queue

for line in sys.stdin:
    order = json.loads(line)
    queue = Queue(order.get("queue", "default"), connection=load.connection())
    if "delay" in order:
        job = queue.enqueue_in(datetime.timedelta(seconds=order["delay"]), getattr(load, order["task"]), *order.get("args", []))
    else:
        job = queue.enqueue(getattr(load, order["task"]), *order.get("args", []))
    print(job.id, flush=True)
