"""Looks indicators up by what somebody calls them."""

import re
from typing import Any

from candlewick.indicators.models import Indicator
from candlewick.indicators.registry import INDICATORS

_MOST = 6
_LITTLE = frozenset({"a", "an", "and", "for", "how", "in", "indicator", "is", "of", "the", "what"})


def look_up(query: str) -> list[dict[str, Any]]:
    """Return the indicators that fit best, the best first."""
    words = [word for word in re.findall(r"[a-z0-9]+", query.lower()) if word not in _LITTLE]
    scored = [(_score(indicator, words), indicator) for indicator in INDICATORS.values()]
    best = sorted((item for item in scored if item[0]), key=lambda item: -item[0])[:_MOST]
    return [_described(indicator) for _, indicator in best]


def _score(indicator: Indicator, words: list[str]) -> int:
    name = re.findall(r"[a-z0-9]+", indicator.name)
    title = re.findall(r"[a-z0-9]+", indicator.title.lower())
    meaning = re.findall(r"[a-z0-9]+", indicator.meaning.lower())
    in_name = 8 * sum(word in name for word in words) + 8 * (indicator.name == "_".join(words))
    return in_name + 4 * sum(word in title for word in words) + sum(w in meaning for w in words)


def _described(indicator: Indicator) -> dict[str, Any]:
    return {
        "name": indicator.name,
        "title": indicator.title,
        "meaning": indicator.meaning,
        "group": indicator.group.value,
        "settings": [
            {"name": item.name, "default": item.default, "low": item.low, "high": item.high}
            for item in indicator.settings
        ],
        "outputs": [item.name for item in indicator.outputs if item.name],
        "has_source": indicator.has_source,
        "warm_up_candles": indicator.warm_up(indicator.defaults),
    }
