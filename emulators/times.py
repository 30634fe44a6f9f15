"""Times in Google's messages.

Proto-plus hands out and takes `datetime` and `timedelta`, while its annotations promise protobuf's own types.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf import duration_pb2, timestamp_pb2


def utc_now() -> datetime:
    return datetime.now(UTC)


def moment(value: Any) -> datetime:
    """Return a message's timestamp as what it is."""
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is no time; was the field set?")
    return value


def span(value: Any) -> timedelta:
    """Return a message's duration as what it is; an unset one is none."""
    return value if isinstance(value, timedelta) else timedelta(0)


def timestamp(value: datetime) -> timestamp_pb2.Timestamp:
    message = timestamp_pb2.Timestamp()
    message.FromDatetime(value)
    return message


def duration(value: timedelta) -> duration_pb2.Duration:
    message = duration_pb2.Duration()
    message.FromTimedelta(value)
    return message
