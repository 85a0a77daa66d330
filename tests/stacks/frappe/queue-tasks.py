#!/usr/bin/python3
"""queue-tasks.py COUNT [--longest SECONDS] [--seed N]: queues a repeatable mix of jobs (some queue others).
queue-tasks.py COUNT --kind work|flaky --seconds SECONDS [--queue short|default|long]: queues some of one kind."""
import argparse
import json
import sys

sys.path.insert(0, "/opt/frappe")
from bench import mix, queues  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("count", type=int)
parser.add_argument("--longest", type=float, default=1.0)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--kind")
parser.add_argument("--seconds", type=float, default=1.0)
parser.add_argument("--queue", default="default")
options = parser.parse_args()
if options.kind:
    for _ in range(options.count):
        queues.enqueue(options.kind, queue=options.queue, seconds=options.seconds)
else:
    mix.queue_mix(options.count, options.longest, options.seed)
print(json.dumps({"queued": options.count}))
