"""`candlewick login` and the session file."""

import io
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from candlewick.accounts.models import Scope
from candlewick.cli.session import Session
from tests.factories import ALICE
from tests.unit.cli.conftest import PASSWORD, Run
from tests.world import World

Output = pytest.CaptureFixture[str]
LogIn = Callable[[str, str], int]


@pytest.fixture
def log_in(candlewick: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> LogIn:
    def run(email: str, password: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        return candlewick("login", "--url", f"{url}/", "--email", email, "--password-stdin")

    return run


def session_file(home: Path) -> Path:
    return home / "candlewick" / "session.json"


def test_signing_in_keeps_an_api_token_that_only_the_user_can_read(
    log_in: LogIn, world: World, url: str, home: Path, capsys: Output
) -> None:
    assert log_in("alice@example.org", PASSWORD) == 0

    assert "alice@example.org" in capsys.readouterr().out
    stored = json.loads(session_file(home).read_text())
    assert stored["url"] == url
    assert stored["token"].startswith("cw_")
    assert stat.S_IMODE(session_file(home).stat().st_mode) == 0o600
    (token,) = world.tokens.list(ALICE)
    assert token.scopes == set(Scope) - {Scope.BOTS}  # a file on disk must not start real money
    assert token.name.startswith("CLI on ")


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        ("alice@example.org", "wrong", "password is wrong"),
        ("gone@example.org", PASSWORD, "suspended"),
    ],
)
def test_a_refused_sign_in_is_told_in_words(
    log_in: LogIn, capsys: Output, email: str, password: str, told: str
) -> None:
    assert log_in(email, password) == 2

    assert told in capsys.readouterr().err


def test_a_refused_sign_in_keeps_nothing(log_in: LogIn, home: Path) -> None:
    log_in("alice@example.org", "wrong")

    assert not session_file(home).exists()


def test_a_token_that_does_not_work_is_not_kept(
    candlewick: Run, url: str, home: Path, capsys: Output
) -> None:
    assert candlewick("login", "--url", url, "--token", "cw_unknown_secret") == 2

    assert "create a new one" in capsys.readouterr().err
    assert not session_file(home).exists()


def test_an_address_that_is_no_candlewick_says_so(
    log_in: LogIn, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.delenv("FIREBASE_AUTH_EMULATOR_HOST")

    assert log_in("a@b.c", PASSWORD) == 2

    assert "is it a Candlewick address?" in capsys.readouterr().err


def test_the_address_must_be_given(candlewick: Run, capsys: Output) -> None:
    assert candlewick("login", "--token", "x") == 2

    assert "--url" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"url": "x"}', "no json"])
def test_without_a_usable_session_the_way_in_is_told(
    candlewick: Run, home: Path, capsys: Output, content: str | None
) -> None:
    if content is not None:
        session_file(home).parent.mkdir()
        session_file(home).write_text(content)

    assert candlewick("strategies", "list") == 2

    assert "candlewick login" in capsys.readouterr().err


def test_the_environment_may_carry_the_sign_in(
    candlewick: Run, world: World, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDLEWICK_API_URL", url)
    monkeypatch.setenv("CANDLEWICK_API_TOKEN", world.api_token(Scope.READ))

    assert candlewick("strategies", "list") == 0


def test_a_session_does_not_show_its_token_by_accident() -> None:
    assert "secret" not in repr(Session(url="https://x", token="cw_a_secret"))


def test_a_file_that_others_could_read_is_closed_to_them(
    candlewick: Run, world: World, url: str, home: Path
) -> None:
    session_file(home).parent.mkdir()
    session_file(home).write_text("{}")
    session_file(home).chmod(0o644)

    assert candlewick("login", "--url", url, "--token", world.api_token(Scope.READ)) == 0

    assert stat.S_IMODE(session_file(home).stat().st_mode) == 0o600
