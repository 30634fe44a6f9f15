"""Blanks what looks like a secret in texts that are written down."""

import re

_MASK = "[redacted]"
_SECRET_NAMES = re.compile(
    r"token|secret|password|passphrase|authorization|signature|credential|cookie|api_?key"
    r"|verifier|private_?key",
    re.IGNORECASE,
)
# What stays is in a group of its own, so that a reader sees what was blanked.
_SECRET_TEXTS = (
    re.compile(
        r"(?P<kept>-----BEGIN [A-Z ]*PRIVATE KEY-----)"
        r".*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        re.DOTALL,
    ),
    re.compile(r"(?P<kept>\bcw_[A-Za-z0-9]+_)[A-Za-z0-9_\-]+"),  # our API tokens
    re.compile(r"(?P<kept>\.[0-9]{1,9}\.)[A-Za-z0-9_\-]{32,}"),  # run tokens, after the epoch
    re.compile(r"(?P<kept>\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=\-]+", re.IGNORECASE),
    re.compile(r"(?P<kept>\b(?:Set-)?Cookie[\"']?\s?[:=]\s?)[^\r\n]+", re.IGNORECASE),
    re.compile(r"(?P<kept>\b__session=)[^;\s\"']+"),
    re.compile(
        r"(?P<kept>X-Goog-(?:Signature|Credential|Security-Token)(?:=|%3D))[^&\s\"']+",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<kept>\beyJ[A-Za-z0-9_\-]{8,}\.)[A-Za-z0-9_\-.]+"),  # JSON web tokens
    re.compile(r"(?P<kept>\bya29\.)[A-Za-z0-9_\-.]+"),  # Google's access tokens
    re.compile(r"(?P<kept>(?<![\w/])[14]//?0)[A-Za-z0-9_\-]{16,}"),  # its codes and refresh tokens
    re.compile(r"(?P<kept>\bGOCSPX-)[A-Za-z0-9_\-]+"),
    re.compile(r"(?P<kept>\bAIza)[A-Za-z0-9_\-]{20,}"),
    re.compile(r"(?P<kept>[?&](?:code|state|oobCode)=)[^&\s\"']+"),
    re.compile(
        r"(?P<kept>(?:api_?-?key|secret|passw(?:or)?d|passphrase|token|signature|verifier)"
        r"[\w-]{0,40}[\"']?\s?[:=]\s?[\"']?)[^\s\"',;&}\[]{6,}",
        re.IGNORECASE,
    ),
    # Exchange keys have no prefix: long, and mixed of all three kinds of characters (hashes are not);
    # or base64 with its padding (paths have none).
    re.compile(
        r"(?P<kept>)(?<![\w/+-])(?=\w*[A-Z])(?=\w*[a-z])(?=\w*[0-9])[A-Za-z0-9]{40,}(?![\w/])"
    ),
    re.compile(r"(?P<kept>)(?<![\w/+-])[A-Za-z0-9+/]{40,}={1,2}"),
)


def redact(text: str) -> str:
    """Blank what looks like a token, a signature, a cookie or a key in free text."""
    for pattern in _SECRET_TEXTS:
        text = pattern.sub(rf"\g<kept>{_MASK}", text)
    return text


def is_secret_name(name: str) -> bool:
    """Whether a fact of this name is never written down."""
    return _SECRET_NAMES.search(name) is not None
