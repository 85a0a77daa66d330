#!/usr/bin/python3
"""queue-tasks.py COUNT [--longest SECONDS] [--seed N] [--plain]: queues a repeatable mix of Celery tasks on both queues,
or with --plain messages for the plain consumer."""
import argparse
import json
import sys

sys.path.insert(0, "/opt/orders")
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("count", type=int)
parser.add_argument("--longest", type=float, default=1.0)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--plain", action="store_true")
options = parser.parse_args()
if options.plain:
    import amqp

    with amqp.Connection("127.0.0.1:5672", userid="guest", password="guest", confirm_publish=True) as connection:
        channel = connection.channel()
        for n in range(options.count):
            message = amqp.Message(json.dumps({"n": n}), delivery_mode=2)
            channel.basic_publish(message, routing_key=("plain-classic", "plain-quorum")[n % 2])
else:
    import orders

    orders.queue_mix(options.count, options.longest, options.seed)
print(json.dumps({"queued": options.count}))
