"""Keeps what looks like a secret out of everything that leaves the child."""

import re

_MASK = "[redacted]"

_PATTERNS = (
    re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
    ),
    re.compile(r"(?i)\bbearer\s+[\w.~+/=-]{8,}"),
    # Bounded repeats here and below: the text is the strategy's, and must not make this slow.
    re.compile(
        r"(?i)(?P<name>(?:api_?-?key|secret|passw(?:or)?d|passphrase|token|credential|signature)"
        r"[\w-]{0,64}[\"']?\s{0,8}[:=]\s{0,8}[\"']?)(?P<value>[^\s\"',;&]{4,})"
    ),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}"),
    re.compile(r"\bAIza[\w-]{20,}"),
    re.compile(r"\bya29\.[\w.-]{10,}"),
    re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|sk_live_|rk_live_)[\w-]{10,}"),
    re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"),
    # Exchange keys have no prefix: any long run of letters and digits mixed.
    re.compile(r"(?<![\w/+-])(?=[\w/+-]*\d)(?=[\w/+-]*[A-Za-z])[A-Za-z0-9_/+-]{32,}={0,2}"),
)


def redacted(text: str, *known: str) -> str:
    """Return the text without secrets that are known, and without what has the shape of one."""
    for secret in known:
        if secret:
            text = text.replace(secret, _MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(_masked, text)
    return text


def _masked(match: re.Match[str]) -> str:
    return match.groupdict().get("name", "") + _MASK
