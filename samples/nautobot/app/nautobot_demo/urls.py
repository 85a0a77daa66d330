from django.http import HttpResponse
from django.urls import path

from . import views

urlpatterns = [
    path("", lambda request: HttpResponse("Nautobot stand-in\n", content_type="text/plain")),
    path("health/", views.health),
    path("worker-status/", views.worker_status),
    path("tasks/", views.tasks),
    path("tasks/queue/", views.queue),
]
