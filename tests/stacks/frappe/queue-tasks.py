#!/usr/bin/python3
"""queue-tasks.py COUNT [--longest SECONDS] [--seed N]: queues a repeatable mix of jobs (some queue others)."""
import argparse
import json
import sys

sys.path.insert(0, "/opt/frappe")
from bench import mix  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("count", type=int)
parser.add_argument("--longest", type=float, default=1.0)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
mix.queue_mix(options.count, options.longest, options.seed)
print(json.dumps({"queued": options.count}))
