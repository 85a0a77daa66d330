import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bus.settings")

from django.core.asgi import get_asgi_application  # noqa: E402

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from .dashboard import Dashboard  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter([path("ws/noc/dashboard/", Dashboard.as_asgi())])})
