"""The load that the sample, the demo and the tests use: a repeatable mix of all kinds of tasks."""
import random

from . import tasks


def queue_mix(count, longest=1.0, seed=1):
    """Queues `count` tasks of 0.05 s to `longest` seconds. More follow: some of them queue others."""
    rnd = random.Random(seed)
    for _ in range(count):
        seconds = round(rnd.uniform(0.05, longest), 3)
        kind = rnd.random()
        if kind < 0.45:
            tasks.work.delay(seconds)
        elif kind < 0.70:
            tasks.work_late.delay(seconds)
        elif kind < 0.80:
            tasks.spawn.delay(2, seconds / 2)
        elif kind < 0.88:
            tasks.job.delay(3, seconds / 3)
        elif kind < 0.94:
            tasks.flaky.delay(seconds / 2, countdown=1)
        else:
            tasks.work.apply_async(args=[seconds], countdown=rnd.uniform(0.5, 3))
