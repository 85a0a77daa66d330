#!/usr/bin/python3
"""count-tasks.py [--wait SECONDS]: accounts for every job that was ever queued, by its id.

queued   accepted by Redis (also those that other jobs and the scheduler queued)
done     ended well
waiting  in a queue (or deferred, or scheduled)
running  in RQ's list of started jobs
failed   given up by RQ: an error, or its worker was killed
lost     none of these, twice in a row: it will never run
twice    ended well more than once

Exit code 0: all is well. 1: a job was lost. 2: --wait ended with jobs still waiting or running. 3: one ran twice. 4: one failed."""
import sys

from count_tasks import first, main

sys.path.insert(0, "/opt/frappe")
from bench.queues import books, redis_queue  # noqa: E402

rq = redis_queue()


def ids_in_rq():
    """One moment of all that RQ knows: a job moves between these in one step (but see settled)."""
    queues = [key.decode().removeprefix("rq:queue:") for key in rq.smembers("rq:queues")]
    with rq.pipeline(transaction=True) as snapshot:
        for q in queues:
            snapshot.lrange(f"rq:queue:{q}", 0, -1)
            snapshot.lrange(f"rq:queue:{q}:intermediate", 0, -1)
            for name in ("deferred", "scheduled", "wip", "failed"):
                snapshot.zrange(f"rq:{name}:{q}", 0, -1)
        answers = [{i.decode().split(":")[0] for i in a} for a in snapshot.execute()]
    union = lambda *numbers: set().union(*(answers[i] for i in range(len(answers)) if i % 6 in numbers))  # noqa: E731
    return union(0, 1, 2, 3), union(4), union(5)


def read_books():
    keys = list(books().scan_iter("job:*", count=1000))
    with books().pipeline(transaction=True) as snapshot:
        for key in keys:
            snapshot.hgetall(key)
        return {key[4:]: {k: int(v) for k, v in row.items()} for key, row in zip(keys, snapshot.execute())}


def count():
    # In the order in which a job moves on, so that one that moves meanwhile is still seen.
    before = {i for i, row in read_books().items() if row.get("queued")}
    waiting, running, failed = ids_in_rq()
    rows = read_books()
    done = {i for i, row in rows.items() if row.get("done")}
    # RQ 2 notes a job as started before it takes it off the queue: for a moment it is in both.
    waiting, running, failed = waiting - done - running, running - done, failed - done
    lost = before - done - waiting - running - failed
    twice = {i for i, row in rows.items() if row.get("done", 0) > 1}
    return {"queued": len(done | waiting | running | failed | lost), "done": len(done), "waiting": len(waiting), "running": len(running),
            "failed": len(failed), "lost": len(lost), "twice": len(twice), "lostIds": first(lost), "twiceIds": first(twice), "failedIds": first(failed)}


# RQ 1.13 takes a job off its queue some milliseconds before it notes it as started: main looks twice.
main(__doc__, count, is_open=lambda result: result["waiting"] or result["running"], may_fail=False)
