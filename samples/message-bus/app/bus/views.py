import asyncio
import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.http import HttpResponse, JsonResponse

from . import metrics


def health(request):
    """200 only when what a request needs answers, else 503 that names what does not."""
    checks = {"redis": _try(lambda: metrics.redis().ping()), "channel_layer": _try(async_to_sync(_round_trip))}
    return JsonResponse(checks, status=200 if set(checks.values()) == {"working"} else 503)


def export(request):
    return HttpResponse(metrics.page(), content_type="text/plain; version=0.0.4")


async def _round_trip():
    """Through Redis and back: that there is a layer says nothing of its server or its key."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    said = str(uuid.uuid4())
    await layer.send(channel, {"type": "health", "said": said})
    if (await asyncio.wait_for(layer.receive(channel), 3))["said"] != said:
        raise ValueError("another message came back")


def _try(check):
    try:
        check()
        return "working"
    except Exception as error:  # whatever it is, a health page reports it instead of failing
        return f"unavailable: {type(error).__name__}"
