"""What the count-tasks.py of the stacks share: they count twice before they call a task lost, wait, print one line of JSON, and end with its exit code."""
import argparse
import json
import sys
import time


def settled(count):
    """A task that moves while it is looked for can be missed once: lost is what is missing in two rounds a second apart."""
    before = None
    while True:
        result = count()
        if not result["lost"] or result["lostIds"] == before:
            return result
        before = result["lostIds"]
        time.sleep(1)


def main(doc, count, is_open, give_up=lambda result: False, may_fail=True):
    """count() gives the numbers and ids; is_open(result): something may still happen to a task; give_up(result): waiting is pointless."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="until no task is open any more")
    options = parser.parse_args()
    deadline = time.monotonic() + options.wait
    while True:
        result = settled(count)
        if not is_open(result) or give_up(result) or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    print(json.dumps(result))
    failed = not may_fail and result["failed"]
    sys.exit(1 if result["lost"] else 2 if options.wait and is_open(result) else 3 if result["twice"] else 4 if failed else 0)


def first(ids):
    return sorted(ids)[:20]
