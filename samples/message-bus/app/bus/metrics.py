"""What the metrics endpoint shows. Counts live in Redis, since many processes count."""
import redis as client
from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from . import breaker

SUBSCRIBER = "mqtt_subscriber:connected"
COUNTS = ["websocket_broadcast_success", "websocket_broadcast_failure"]
_redis = None


def redis():
    global _redis
    _redis = _redis or client.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=4)
    return _redis


def count(name):
    redis().incr(f"metrics:{name}")


class Collector:
    def collect(self):
        from .celery import app

        server = redis()
        depth = GaugeMetricFamily("celery_queue_depth", "Tasks that wait in a queue", labels=["queue"])
        for pool in settings.POOLS:
            depth.add_metric([pool], server.llen(pool))
        yield depth

        up = GaugeMetricFamily("celery_worker_up", "Whether the worker of a pool answers", labels=["pool"])
        answers = app.control.ping(timeout=1.0, limit=len(settings.POOLS))
        alive = {name.split("@")[0] for answer in answers for name in answer}
        for pool in settings.POOLS:
            up.add_metric([pool], pool in alive)
        yield up

        yield GaugeMetricFamily("celery_mqtt_subscriber_connected", "Whether the subscriber hears its broker", server.exists(SUBSCRIBER))
        for name in COUNTS:
            yield CounterMetricFamily(f"celery_{name}", "Frames for the dashboard", int(server.get(f"metrics:{name}") or 0))

        failures = GaugeMetricFamily("circuit_breaker_failures", "Failures in a row; 5 open it", labels=["name"])
        for name in breaker.NAMES:
            failures.add_metric([name], breaker.read(server, f"circuit_breaker:{name}"))
        yield failures


def page():
    registry = CollectorRegistry()
    registry.register(Described())
    return generate_latest(registry)


class Described(Collector):
    def describe(self):  # else it is collected once more, only to learn its names
        return []
