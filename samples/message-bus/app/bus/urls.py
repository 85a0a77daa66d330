from django.urls import path

from . import views

urlpatterns = [
    path("monitoring/health/", views.health),
    path("metrics/export/", views.export),
]
