"""Names of key rings, keys and their versions."""

import re

from emulators.rpc import invalid

_LOCATION = r"projects/[A-Za-z0-9:.\-]+/locations/[A-Za-z0-9\-]+"
_RING = rf"{_LOCATION}/keyRings/[A-Za-z0-9_\-]{{1,63}}"
_KEY = rf"{_RING}/cryptoKeys/[A-Za-z0-9_\-]{{1,63}}"
_VERSION = rf"{_KEY}/cryptoKeyVersions/[1-9][0-9]*"


def check_location(name: str) -> str:
    return _checked(name, _LOCATION, "projects/PROJECT/locations/LOCATION")


def check_ring(name: str) -> str:
    return _checked(name, _RING, "projects/PROJECT/locations/LOCATION/keyRings/KEY_RING")


def check_key(name: str) -> str:
    form = "projects/PROJECT/locations/LOCATION/keyRings/KEY_RING/cryptoKeys/KEY"
    return _checked(name, _KEY, form)


def check_version(name: str) -> str:
    form = (
        "projects/PROJECT/locations/LOCATION/keyRings/KEY_RING/cryptoKeys/KEY"
        "/cryptoKeyVersions/VERSION"
    )
    return _checked(name, _VERSION, form)


def parent(name: str) -> str:
    """Return the name of a version's key, of a key's ring, or of a ring's location."""
    return name.rsplit("/", 2)[0]


def number(version: str) -> int:
    return int(version.rpartition("/")[2])


def _checked(name: str, pattern: str, form: str) -> str:
    if re.fullmatch(pattern, name) is None:
        raise invalid(f"Resource name {name!r} is malformed; it must have the form {form}.")
    return name
