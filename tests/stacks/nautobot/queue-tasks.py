#!/usr/bin/python3
"""queue-tasks.py COUNT [--longest SECONDS] [--seed N] [--web]: queues a repeatable mix of tasks (some queue others).
queue-tasks.py COUNT --kind work|work_late|flaky --seconds SECONDS: queues some of one kind.
Run it inside the host, as root or nautobot. --web goes through the web application instead of straight to the broker."""
import argparse
import json
import os
import sys
import urllib.request

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("count", type=int)
parser.add_argument("--longest", type=float, default=1.0)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--web", action="store_true")
parser.add_argument("--kind")
parser.add_argument("--seconds", type=float, default=1.0)
options = parser.parse_args()

if options.web:
    url = f"http://127.0.0.1:8000/tasks/queue/?count={options.count}&longest={options.longest}&seed={options.seed}"
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=60).read()
else:
    sys.path.insert(0, "/opt/nautobot")
    os.environ["DJANGO_SETTINGS_MODULE"] = "nautobot_demo.settings"
    import django

    django.setup()
    from nautobot_demo import accounting, mix, tasks  # noqa: F401  (accounting listens to what is published)

    if options.kind:
        for _ in range(options.count):
            getattr(tasks, options.kind).delay(options.seconds)
    else:
        mix.queue_mix(options.count, options.longest, options.seed)
print(json.dumps({"queued": options.count}))
