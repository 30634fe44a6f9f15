"""Run tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlewick.accounts.models import UserId
from candlewick.backtests.models import RunId
from candlewick.backtests.run_token import RunToken, parse_run_token
from candlewick.errors import Unauthenticated

TOKEN = RunToken(owner=UserId("u.1"), run_id=RunId("r1"), epoch=3, secret="s3cret_-")


def test_a_token_comes_back_from_its_text_even_with_dots_in_the_user_id() -> None:
    assert parse_run_token(TOKEN.text()) == TOKEN


def test_a_token_does_not_show_its_secret_by_accident() -> None:
    assert "s3cret" not in repr(TOKEN)
    assert "s3cret" not in f"{TOKEN}"


@pytest.mark.parametrize(
    "text", ["", ".", "u.r.1", "u.r.x.s", "u..1.s", ".r.1.s", "u.r.-1.s", "u.r.1.", "u.r.٣.s"]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(Unauthenticated):
        parse_run_token(text)


@given(st.text())
def test_no_text_is_more_than_refused(text: str) -> None:
    try:
        token = parse_run_token(text)
    except Unauthenticated:
        return
    assert token.text() == text
