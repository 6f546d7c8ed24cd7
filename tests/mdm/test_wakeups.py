"""Wake-ups: they may be lost, and what carries them may go away at any time."""

from __future__ import annotations

from mdm import embedded
from mdm.celery import app


def test_a_channel_closes_with_unacknowledged_messages_and_no_broker(services: embedded.Services) -> None:
    with app.connection_for_write() as connection, connection.SimpleQueue("wake-ups of a test") as queue:
        queue.put({"a": "wake-up"})
        message = queue.get(timeout=5)
        assert message.channel.qos._delivered, "taken and not acknowledged"
        message.channel.connection.client = None  # as the consumer of a worker finds it when Redis has died
        message.channel._pool = message.channel._async_pool = None
        message.channel.close()
