"""All indicators, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from candlewick.indicators import (
    averages,
    bands,
    direction,
    oscillators,
    patterns,
    rates,
    volatility,
)
from candlewick.indicators.models import Group, Indicator

INDICATORS: Mapping[str, Indicator] = MappingProxyType(
    {
        indicator.name: indicator
        for table in (
            averages.AVERAGES,
            bands.BANDS,
            oscillators.OSCILLATORS,
            rates.RATES,
            direction.DIRECTION,
            volatility.VOLATILITY,
            volatility.STATISTICS,
            volatility.VOLUME,
            volatility.CYCLES,
            patterns.PATTERNS,
        )
        for indicator in table
    }
)


def is_pattern(name: str) -> bool:
    found = INDICATORS.get(name)
    return found is not None and found.group is Group.PATTERN
