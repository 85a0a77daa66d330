"""The load that the sample and the tests use: a repeatable mix on all three queues."""
import random

from .queues import enqueue


def queue_mix(count, longest=1.0, seed=1):
    rnd = random.Random(seed)
    for _ in range(count):
        queue = rnd.choices(["short", "default", "long"], [5, 3, 2])[0]
        seconds = round(rnd.uniform(0.05, longest if queue == "long" else longest / 2), 3)
        kind = rnd.random()
        if kind < 0.75:
            enqueue("work", queue=queue, seconds=seconds)
        elif kind < 0.90:
            enqueue("spawn", queue=queue, width=2, seconds=seconds)
        else:
            enqueue("flaky", queue=queue, retries=2, seconds=seconds / 2)
