"""All examples, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from candlewick.specs.examples import breakout, futures, reversion, trend
from candlewick.specs.models import StrategySpec

EXAMPLES: Mapping[str, StrategySpec] = MappingProxyType(
    {
        spec.name: spec
        for table in (trend.EXAMPLES, breakout.EXAMPLES, reversion.EXAMPLES, futures.EXAMPLES)
        for spec in table
    }
)
