"""No file of the repository holds what looks like a real credential."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import files, name_of

_SECRETS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/=]{20}"
    r"|\bAIza[0-9A-Za-z_\-]{35}\b"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[0-9A-Za-z]{36}\b"
    r"|\bya29\.[0-9A-Za-z_\-]{20,}"
    r"|\bxox[abprs]-[0-9A-Za-z\-]{10,}"
    r"|\bsk_live_[0-9A-Za-z]{20,}"
    r"|\bcw_[0-9a-f]{20}_[0-9A-Za-z_\-]{43}\b"
)
_BINARY = {".zip", ".feather", ".png", ".ico", ".woff2", ".gz"}


def secrets(text: str) -> Iterator[str]:
    yield from (found[0][:12] for found in _SECRETS.finditer(text))


def test_no_file_holds_a_secret() -> None:
    found = {
        name_of(path): list(secrets(path.read_text(errors="replace")))
        for path in files()
        if path.is_file() and path.suffix not in _BINARY
    }

    assert len(found) > 150
    assert {name: seen for name, seen in found.items() if seen} == {}


@pytest.mark.parametrize(
    "parts",
    [
        ("-----BEGIN PRIVATE", " KEY-----\n", "MIIEvQIBADANBgkqhkiG9w0B"),
        ("-----BEGIN RSA PRIVATE", " KEY-----\n", "MIIEvQIBADANBgkqhkiG9w0B"),
        ("AIza", "S" * 35),
        ("AKIA", "A" * 16),
        ("ghp_", "a" * 36),
        ("cw_", "0" * 20, "_", "a" * 43),
    ],
)
def test_a_secret_is_noticed(parts: tuple[str, ...]) -> None:
    assert list(secrets(f"key = {''.join(parts)}"))
