"""Answers kept for callers that send a request again because they did not hear the first one."""

from django.db import models


class Answered(models.Model):
    """The answer to one request with an Idempotency-Key, written in the transaction of what the request did."""

    actor_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=32, help_text="Digest of method, path, conditions and body.")
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="answered_once")]

    def __str__(self) -> str:
        return self.key
