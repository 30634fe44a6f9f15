"""What others read in a stored certificate; older ones know nothing of funding."""

from collections.abc import Mapping
from typing import Any


def uncounted_funding(certificate: Mapping[str, Any]) -> int:
    """Return how many funding payments were due and taken as 0, because a rate or a mark price is missing."""
    found = (pair.get("funding") or {} for pair in certificate.get("pairs", ()))
    return sum(int(funding.get("uncounted", 0)) for funding in found)
