"""What a strategy's code is like, whatever its names, comments, order and layout.

Two strategies have the same `exact` mark if one becomes the other by renaming, commenting, reformatting and reordering. `sketch`
estimates how much two have in common when numbers were changed too: it is a MinHash over runs of tokens (Broder, "On the
resemblance and containment of documents", 1997).
"""

import ast
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from candlewick.marketplace.copies.reading import SEPARATOR, Reading

_SHINGLE = 5  # tokens
_HASHES = 64
_ROWS = 4  # of the sketch to a band
_PRIME = (1 << 61) - 1
_SEED = 20_261_128
_chance = np.random.default_rng(_SEED)
_FACTORS = [int(x) for x in _chance.integers(1, _PRIME, _HASHES)]
_SUMMANDS = [int(x) for x in _chance.integers(0, _PRIME, _HASHES)]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    exact: str
    sketch: tuple[int, ...]

    @property
    def bands(self) -> tuple[str, ...]:
        """Return what two sketches that have much in common share at least one of."""
        return tuple(
            hashlib.sha256(repr((place, self.sketch[place : place + _ROWS])).encode()).hexdigest()[
                :16
            ]
            for place in range(0, _HASHES, _ROWS)
        )

    def likeness(self, other: "Fingerprint") -> float:
        """Return about which share of their parts two strategies have in common, from 0 to 1."""
        same = sum(a == b for a, b in zip(self.sketch, other.sketch, strict=True))
        return 1.0 if self.exact == other.exact else same / _HASHES


def fingerprint(code: str) -> Fingerprint:
    """Return the fingerprint of code that can be parsed."""
    tree = ast.parse(code)
    exact = hashlib.sha256("\n".join(sorted(Reading().pieces(tree))).encode()).hexdigest()
    blurred = sorted(Reading(is_blurred=True).pieces(tree))
    return Fingerprint(
        exact, _sketch([token for piece in blurred for token in piece.split(SEPARATOR)])
    )


def _sketch(tokens: Sequence[str]) -> tuple[int, ...]:
    last = max(1, len(tokens) - _SHINGLE + 1)
    shingles = {SEPARATOR.join(tokens[place : place + _SHINGLE]) for place in range(last)}
    values = [
        int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest()) for text in shingles
    ]
    return tuple(
        min((factor * value + summand) % _PRIME for value in values)
        for factor, summand in zip(_FACTORS, _SUMMANDS, strict=True)
    )
