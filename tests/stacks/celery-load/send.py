"""Sends tasks: one JSON object a line on stdin ({"task": "chain", "args": [5, 0.1], "options": {"countdown": 3}}), one task id a line on stdout."""
import json
import sys

import load

for line in sys.stdin:
    order = json.loads(line)
    result = getattr(load, order["task"]).apply_async(order.get("args", []), **order.get("options", {}))
    print(result.id, flush=True)
