"""The values that rows can be filtered by, and how many rows have each."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from candlewick.marketplace.search.rows import Facet, Row

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class _Column:
    """One facet: pairs of row and value, so that a row may have none or several."""

    codes: dict[str, int] = field(default_factory=dict)
    rows: Any = field(default_factory=lambda: array("I"))
    values: Any = field(default_factory=lambda: array("I"))

    def add(self, number: int, values: tuple[str, ...]) -> None:
        for value in values:
            self.rows.append(number)
            self.values.append(self.codes.setdefault(value, len(self.codes)))

    def mask(self, wanted: frozenset[str], count: int) -> Mask:
        codes = [self.codes[value] for value in wanted if value in self.codes]
        found = np.zeros(count, dtype=bool)
        found[np.array(self.rows, dtype=np.uint32)[np.isin(np.array(self.values), codes)]] = True
        return found

    def counts(self, mask: Mask) -> Mapping[str, int]:
        values = np.array(self.values, dtype=np.int64)
        chosen = values[mask[np.array(self.rows, dtype=np.uint32)]]
        numbers = np.bincount(chosen, minlength=len(self.codes))
        found = {value: int(numbers[code]) for value, code in self.codes.items() if numbers[code]}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@dataclass(slots=True)
class Facets:
    _columns: dict[Facet, _Column] = field(
        default_factory=lambda: {facet: _Column() for facet in Facet}
    )

    def add(self, number: int, row: Row) -> None:
        for facet, values in row.values.items():
            self._columns[facet].add(number, values)

    def masks(self, filters: Mapping[Facet, frozenset[str]], count: int) -> Mapping[Facet, Mask]:
        """Return the rows that pass each filter: those with any of its values."""
        return {
            facet: self._columns[facet].mask(wanted, count)
            for facet, wanted in filters.items()
            if wanted
        }

    def counts(
        self, matching: Mask, masks: Mapping[Facet, Mask]
    ) -> Mapping[Facet, Mapping[str, int]]:
        """Return how many rows there are with each value, under all filters but the facet's own."""
        passing = matching.copy()
        for mask in masks.values():
            passing &= mask
        found = {}
        for facet, column in self._columns.items():
            under = passing if facet not in masks else matching.copy()
            for other, mask in masks.items():
                if facet in masks and other is not facet:
                    under &= mask
            found[facet] = column.counts(under)
        return found
