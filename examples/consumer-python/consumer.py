"""Reads a feature topic of Groundswell and keeps the newest version of every value.

    pip install -r requirements.txt
    python consumer.py feature.symbol.market.v1 [--max 100]

KAFKA_BROKERS (default 127.0.0.1:19092), SCHEMA_REGISTRY_URL (default http://127.0.0.1:18081/apis/ccompat/v7), GROUP_ID
"""

import argparse
import json
import os
import signal
import sys

from confluent_kafka import Consumer, KafkaException
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext


def value_key(value: dict) -> tuple:
    """What a value is known by: a consumer upserts by it and never needs the order of arrival."""
    if value["window_size_ms"] == 0:
        return (value["feature_set"], value["entity"])
    return (value["feature_set"], value["entity"], value["window_size_ms"], value["window_start"])


def version(value: dict) -> tuple:
    """A raised lineage wins, then the revision. Compared as numbers."""
    return (value["lineage"], value["revision"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topic", nargs="?", default="feature.symbol.market.v1")
    parser.add_argument("--max", type=int, default=None, help="stop after this many records")
    options = parser.parse_args()

    registry = SchemaRegistryClient(
        {"url": os.environ.get("SCHEMA_REGISTRY_URL", "http://127.0.0.1:18081/apis/ccompat/v7")}
    )
    # Decimals arrive as decimal.Decimal, times as aware datetimes.
    decode = AvroDeserializer(registry)
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092"),
            "group.id": os.environ.get("GROUP_ID", f"example-python-{os.getpid()}"),
            "auto.offset.reset": "earliest",
        }
    )
    running = True

    def stop(*_: object) -> None:
        nonlocal running
        running = False

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)

    context = SerializationContext(options.topic, MessageField.VALUE)
    values: dict = {}  # stands for your table
    seen = 0
    consumer.subscribe([options.topic])
    try:
        while running and (options.max is None or seen < options.max):
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            seen += 1
            value = decode(message.value(), context)
            key = value_key(value)
            held = values.get(key)
            # Delivery is at least once: a repeat or an older version changes nothing.
            if held is None or version(value) > version(held):
                values[key] = value
                shown = {name: value[name] for name in ("status", "revision", "n", "watermark")}
                shown["close"] = value.get("close")
                shown["mood"] = (value.get("weighted") or {}).get("sentiment")
                print(json.dumps({"key": key, **shown}, default=str), flush=True)
    finally:
        consumer.close()
        print(f"{seen} records, {len(values)} values", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
