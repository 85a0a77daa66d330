"""The WebSocket of the dashboard: says "connected" first, then tells each task that is done."""
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from .tasks import DASHBOARD


class Dashboard(AsyncJsonWebsocketConsumer):
    async def connect(self):
        if dict(self.scope["headers"]).get(b"authorization") != f"Bearer {settings.DASHBOARD_TOKEN}".encode():
            await self.close()  # before it is accepted: 403
            return
        await self.channel_layer.group_add(DASHBOARD, self.channel_name)
        await self.accept()
        await self.send_json({"type": "connected", "tenant_id": 1})

    async def disconnect(self, code):
        await self.channel_layer.group_discard(DASHBOARD, self.channel_name)

    # Its name is the type of the message, with "_" for ".".
    async def task_done(self, event):
        await self.send_json({"type": "task_done", "message": event["message"], "queue": event["queue"]})
