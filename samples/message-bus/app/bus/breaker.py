"""Circuit breakers: circuit_breaker:NAME in Redis holds {"failures": N}. From THRESHOLD on calls are refused, until the key expires."""
import contextlib
import json

from . import metrics

THRESHOLD = 5
OPEN_FOR = 300  # seconds
NAMES = ["mqtt_broker"]


class CircuitBreakerOpen(Exception):
    pass


@contextlib.contextmanager
def of(name):
    redis, key = metrics.redis(), f"circuit_breaker:{name}"
    failures = read(redis, key)
    if failures >= THRESHOLD:
        raise CircuitBreakerOpen(f"Circuit breaker open for {name}")
    try:
        yield
    except Exception:
        redis.set(key, json.dumps({"failures": failures + 1}), ex=OPEN_FOR)
        raise
    if failures:
        redis.set(key, json.dumps({"failures": 0}))


def read(redis, key):
    value = redis.get(key)
    return json.loads(value)["failures"] if value else 0
