"""The channel layer's connections."""

import errno
from typing import Any

import pytest
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings
from redis.asyncio.connection import Connection, SSLConnection
from redis.exceptions import ConnectionError as NoConnection

from site_config import broker


@pytest.mark.parametrize(("scheme", "base"), [("redis", Connection), ("rediss", SSLConnection)])
def test_an_address_keeps_its_kind(scheme: str, base: type) -> None:
    host = broker.host(f"{scheme}://:secret@broker.example:6380/2")
    assert issubclass(host["connection_class"], base)
    assert (host["host"], host["port"], host["db"], host["password"]) == ("broker.example", 6380, 2, "secret")


async def test_a_connection_that_the_kernel_gave_up_is_made_anew() -> None:
    config: Any = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    layer = RedisPubSubChannelLayer(**config)
    assert config == get_channel_layer()._kwargs
    channel = await layer.new_channel()
    shard = layer._get_layer()._shards[0]
    shard._receive_task.cancel()
    shard._pubsub.connection._reader.set_exception(TimeoutError(errno.ETIMEDOUT, "Connection timed out"))
    with pytest.raises(NoConnection):  # the layer waits a second and goes on
        await shard._pubsub.get_message(timeout=0.1)
    assert await shard._pubsub.get_message(timeout=2) is not None, "subscribed again"
    await layer.send(channel, {"type": "hello"})
    message = await shard._pubsub.get_message(ignore_subscribe_messages=True, timeout=2)
    assert message is not None
    assert layer.deserialize(message["data"]) == {"type": "hello"}
    shard._receive_task = None
    await layer.flush()
