"""Firebase's globs: minimatch with its defaults, after every pattern was given its leading slash."""

from wcmatch import glob

_FLAGS = glob.GLOBSTAR | glob.EXTGLOB | glob.BRACE | glob.FORCEUNIX


def matches(path: str, pattern: str) -> bool:
    """Whether a URL path matches a `source`; dot files are matched only by patterns that name the dot."""
    if pattern.startswith("!") and not pattern.startswith("!("):
        return not matches(path, pattern[1:])
    return bool(glob.globmatch(_slashed(path), _slashed(pattern), flags=_FLAGS))


def _slashed(text: str) -> str:
    return text if text.startswith("/") else f"/{text}"
