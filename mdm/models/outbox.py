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
    # Its place in the change feed, given once it is committed: numbers of a sequence can become visible out of order.
    seq = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(handled_at=None), name="outbox_waiting"),
            models.Index(fields=["id"], condition=Q(seq=None), name="outbox_unnumbered"),
        ]


class FeedHead(models.Model):
    """One row: the last place given in the change feed. Who numbers holds it: places are given one after another."""

    last = models.BigIntegerField(default=0)
