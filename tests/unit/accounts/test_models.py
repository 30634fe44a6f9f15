"""API tokens."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.accounts.models import (
    ApiToken,
    Scope,
    UserId,
    format_token,
    hash_secret,
    looks_like_token,
    parse_token,
)
from candlewick.errors import Invalid
from tests.fakes import START

TOKEN = ApiToken(
    id="t1",
    owner=UserId("alice"),
    name="laptop",
    scopes=frozenset({Scope.READ}),
    secret_hash=hash_secret("secret"),
    created_at=START,
    expires_at=START + timedelta(days=1),
)


def test_a_tokens_text_carries_its_id_and_its_secret() -> None:
    text = format_token("t1", "se_cret-")

    assert text == "cw_t1_se_cret-"
    assert looks_like_token(text)
    assert parse_token(text) == ("t1", "se_cret-")


@pytest.mark.parametrize(
    "text", ["", "cw", "cw_", "cw_t1", "cw_t1_", "cw__s", "xx_t1_s", "cw_a/b_s", "cw_.._s", "t1_s"]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_token(text)


@given(st.text())
def test_no_text_is_more_than_refused(text: str) -> None:
    try:
        parts = parse_token(text)
    except Invalid:
        return
    assert format_token(*parts) == text


@pytest.mark.parametrize(
    ("age", "secret", "usable"),
    [
        (timedelta(0), "secret", True),
        (timedelta(hours=23, minutes=59), "secret", True),
        (timedelta(days=1), "secret", False),
        (timedelta(0), "Secret", False),
        (timedelta(0), "", False),
    ],
)
def test_a_token_works_with_its_secret_until_it_expires(
    age: timedelta, secret: str, *, usable: bool
) -> None:
    assert TOKEN.is_usable(secret, START + age) is usable


def test_a_revoked_token_works_no_longer_and_keeps_its_first_revocation() -> None:
    revoked = TOKEN.revoked(START + timedelta(hours=1))

    assert not revoked.is_usable("secret", START + timedelta(hours=1))
    assert revoked.revoked(START + timedelta(hours=2)) == revoked


def test_a_token_of_another_secret_is_another_token() -> None:
    assert not replace(TOKEN, secret_hash=hash_secret("other")).is_usable("secret", START)
