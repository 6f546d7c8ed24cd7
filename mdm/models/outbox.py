"""Events written in the transaction of the change they tell of."""

from django.db import models
from django.db.models import Q


class OutboxEvent(models.Model):
    """Something happened to a subject; consumers claim it by setting `handled_at`."""

    at = models.DateTimeField(auto_now_add=True)
    topic = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    correlation_id = models.CharField(max_length=64, blank=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(handled_at=None), name="outbox_waiting")]
