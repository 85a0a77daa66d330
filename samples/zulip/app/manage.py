#!/usr/bin/python3
"""manage.py process_queue --queue_name=QUEUE | runtornado ADDRESS:PORT | deliver_scheduled_emails | deliver_scheduled_messages |
process_fts_updates | smokescreen"""
import argparse
import importlib

COMMANDS = {
    "process_queue": "workers",
    "runtornado": "tornado",
    "deliver_scheduled_emails": "schedules",
    "deliver_scheduled_messages": "schedules",
    "process_fts_updates": "fts",
    "smokescreen": "smokescreen",
}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("command", choices=COMMANDS)
parser.add_argument("address", nargs="?")
parser.add_argument("--queue_name")
options = parser.parse_args()
# Each process loads what it needs and no more: there are eighteen.
importlib.import_module(f"zulip.{COMMANDS[options.command]}").run(options)
