"""What others read of funding in a certificate: of all pairs together, and nothing in older ones."""

from typing import Any

import pytest

from candlewick.verification.reading import MissingFunding, missing_funding


def pair(uncounted: int, **of_trades: Any) -> dict[str, Any]:
    return {"funding": {"uncounted": uncounted, "ofTrades": of_trades}}


def test_it_is_summed_over_the_pairs() -> None:
    pairs = [
        pair(2, amount=-1.25, estimate=None, unknown=0),
        {"funding": None},
        pair(3, amount=0.5, estimate=-2.0, unknown=4),
    ]

    found = missing_funding({"pairs": pairs})

    assert found == MissingFunding(times=5, amount=-0.75, estimate=-2.0, unknown=4)
    assert found.worth == -2.75


@pytest.mark.parametrize(
    "certificate",
    [{}, {"pairs": []}, {"pairs": [{}]}, {"pairs": [{"funding": {"uncounted": 0}}]}],
)
def test_older_certificates_say_nothing(certificate: dict[str, Any]) -> None:
    found = missing_funding(certificate)

    assert found == MissingFunding(times=0, amount=None, estimate=None, unknown=0)
    assert found.of_trades("USDT") == ""


@pytest.mark.parametrize(
    ("amount", "estimate", "unknown", "said"),
    [
        (-1_234.5, None, 0, "\u22121,234.5000 USDT"),
        (None, 0.00004, 1, "about +0.0000 USDT, 1 payment unknown"),
        (None, None, 1_200, "1,200 payments unknown"),
        (0.0, -0.5, 0, "+0.0000 USDT, about \u22120.5000 USDT"),
    ],
)
def test_it_is_said_in_a_clause(
    amount: float | None, estimate: float | None, unknown: int, said: str
) -> None:
    found = MissingFunding(times=7, amount=amount, estimate=estimate, unknown=unknown)

    assert found.of_trades("USDT") == (
        f"trades lack {said} (below zero is what they would have paid)"
    )
