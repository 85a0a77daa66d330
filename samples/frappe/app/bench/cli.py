"""bench worker --queue short,default | bench schedule | bench [--site all] migrate"""
import argparse
import os
import signal
import socket
import sys
import threading
import time

from rq import Queue, Worker

from .queues import config, enqueue, queue_name, redis_queue


def worker(options):
    connection = redis_queue()
    names = options.queue.split(",")
    queues = [Queue(queue_name(n), connection=connection) for n in names]
    name = f"{config()['bench_id']}.{'-'.join(names)}.{socket.gethostname()}.{os.getpid()}"
    Worker(queues, name=name, connection=connection).work(logging_level="INFO")


def schedule(options):
    """Queues a job every two seconds, unless pause_scheduler is set in common_site_config.json."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.wait(2):
        if not config().get("pause_scheduler"):
            enqueue("work", queue="default", seconds=0.1)


def migrate(options):
    """Takes two seconds; FAIL=1 in the environment makes it fail, as a broken patch would."""
    print(f"Migrating {options.site}", flush=True)
    time.sleep(2)
    if os.environ.get("FAIL"):
        sys.exit("patch frappe.patches.v15.broken failed")
    print("Migrated", flush=True)


parser = argparse.ArgumentParser(prog="bench", description=__doc__)
parser.add_argument("--site", default="all")
commands = parser.add_subparsers(required=True)
command = commands.add_parser("worker")
command.add_argument("--queue", required=True)
command.set_defaults(run=worker)
commands.add_parser("schedule").set_defaults(run=schedule)
commands.add_parser("migrate").set_defaults(run=migrate)
options = parser.parse_args()
options.run(options)
