from django.db import models


class TaskRun(models.Model):
    """One row per task id: what became of it. Each number is written by the process that did it."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField(default="")
    published = models.IntegerField(default=0)  # by producers: web, beat, workers (a retry publishes the same id again)
    started = models.IntegerField(default=0)
    succeeded = models.IntegerField(default=0)
    retried = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    first_published = models.DateTimeField(null=True)
    last_started = models.DateTimeField(null=True)
    last_ended = models.DateTimeField(null=True)
