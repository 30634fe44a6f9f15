"""The composition root makes every function's services from the environment, and calls nobody."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import firebase_admin
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import wiring
from candlewick.settings import BadSettings
from tests.unit.test_settings import API, TASKS

ENDPOINTS = {
    "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1",
    "CANDLEWICK_STORAGE_ENDPOINT": "http://127.0.0.1:1",
    "CANDLEWICK_TASKS_ENDPOINT": "http://127.0.0.1:1",
    "CANDLEWICK_RUN_ENDPOINT": "http://127.0.0.1:1",
}
BUILDERS: list[Callable[[], object]] = [
    wiring.api_services,
    wiring.target_services,
    wiring.run_events,
    wiring.bot_events,
    wiring.reconcile_services,
]
EVERY = pytest.mark.parametrize("build", BUILDERS, ids=lambda build: build.__name__)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("key") / "key.json"
    account = {
        "type": "service_account",
        "project_id": "p",
        "private_key_id": "1",
        "private_key": key.decode(),
        "client_email": "functions@p.iam.gserviceaccount.com",
        "token_uri": "http://127.0.0.1:1/token",
    }
    path.write_text(json.dumps(account))
    return path


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, key_file: Path) -> Iterator[None]:
    for name, value in (API | TASKS | ENDPOINTS).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file))
    yield
    for app in list(firebase_admin._apps.values()):
        firebase_admin.delete_app(app)


@EVERY
def test_every_functions_services_can_be_made_without_a_network(
    build: Callable[[], object],
) -> None:
    assert build() is not None


@EVERY
def test_a_variable_that_is_missing_is_named_at_the_start(
    build: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANDLEWICK_RESULTS_BUCKET")

    with pytest.raises(BadSettings, match="CANDLEWICK_RESULTS_BUCKET"):
        build()


def test_every_rate_limited_action_has_its_allowance() -> None:
    limiter = wiring.api_services().limiter

    actions = {
        "account",
        "strategy",
        "draft",
        "check",
        "backtest",
        "candles",
        "bot",
        "exchange_key",
        "signal",
        "chat",
        "preview",
        "share",
        "listing",
        "review",
        "report",
        "watch",
        "invitation",
        "checkout",
    }
    assert set(limiter.allowances) == actions  # type: ignore[attr-defined]  # FirestoreLimiter's


def test_ids_and_secrets_are_not_guessable() -> None:
    accounts = wiring.api_services().accounts

    assert len({accounts.new_id() for _ in range(100)}) == 100
    assert len(accounts.new_secret()) >= 43
    assert accounts.now().tzinfo is not None
