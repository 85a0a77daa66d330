"""Zulip's Django: takes messages, keeps them in PostgreSQL, and queues what they set in motion."""
import os
import threading

import django
import memcache
import redis
from django.core.handlers.wsgi import WSGIHandler
from django.http import JsonResponse
from django.urls import path

from . import settings
from .queues import KINDS, Publisher, database, rabbitmq

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zulip.settings")
django.setup(set_prefix=False)

held = threading.local()  # the connections of this thread


def connections():
    if not hasattr(held, "database"):
        held.redis = redis.Redis.from_url(settings.REDIS)
        held.memcached = memcache.Client([settings.MEMCACHED], dead_retry=1)
        held.publisher = Publisher()
        held.database = database()
    return held


def send(request):
    """POST /json/messages: sent again with the same id, after an error or no answer, it is the same message."""
    message, kind = request.POST["id"], request.POST.get("kind", "stream")
    event = {"message": message, "sender": request.POST.get("sender", "iago"), "seconds": float(request.POST.get("seconds", "0.05"))}
    queues = [request.POST["queue"]] if "queue" in request.POST else KINDS.get(kind, [])
    to = connections()
    try:
        to.redis.incr("ratelimit:" + event["sender"])
        with to.database.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO zerver_message (id, sender, content) VALUES (%s, %s, %s) ON CONFLICT (id) DO NOTHING",
                [message, event["sender"], request.POST.get("content", "")],
            )
            if cursor.rowcount:
                for queue in queues:
                    to.publisher.publish(cursor, queue, event)
                if kind.startswith("deliver_scheduled_"):
                    cursor.execute(
                        "INSERT INTO zerver_scheduled (id, kind, payload, due) VALUES (%s, %s, "
                        "json_build_object('message', %s, 'sender', %s, 'seconds', %s), now() + interval '1 s')",
                        [message, kind, message, event["sender"], event["seconds"]],
                    )
            cursor.execute("COMMIT")
        to.memcached.set(f"message:{message}", request.POST.get("content", ""))
    except Exception:
        # Whatever broke, this thread begins with new connections next time, and the sender tries again.
        held.__dict__.clear()
        raise
    return JsonResponse({"result": "success", "id": message})


def server_settings(request):
    """Who is asked needs no login and no database, as Zulip's."""
    return JsonResponse({"result": "success", "realm_uri": f"http://{settings.EXTERNAL_HOST}"})


def health(request):
    """As Zulip's /health: that what Django needs answers. 500 with the error otherwise."""
    database().close()
    rabbitmq().close()
    redis.Redis.from_url(settings.REDIS).ping()
    if not memcache.Client([settings.MEMCACHED]).get_stats():
        raise ConnectionError("memcached does not answer")
    return JsonResponse({"result": "success", "msg": ""})


urlpatterns = [path("json/messages", send), path("api/v1/server_settings", server_settings), path("health", health)]
application = WSGIHandler()
