"""Timeframes in the field's notation: 1m, 5m, 1h, 1d, 1w, 1M."""

import re

from candlewick.errors import Invalid

_MINUTES = {"m": 1, "h": 60, "d": 1_440, "w": 10_080, "M": 43_200}
_FORM = re.compile(r"^([1-9][0-9]{0,3})([mhdwM])$")


def timeframe_minutes(timeframe: str) -> int:
    """Return a timeframe's length in minutes (a month counts 30 days); `Invalid` when it is none."""
    match = _FORM.match(timeframe)
    if match is None:
        raise Invalid(f"{timeframe!r} is no timeframe; use one like 5m, 1h or 1d.")
    return int(match[1]) * _MINUTES[match[2]]
