"""Key rings, keys and their versions with the material, kept in one file so that a restart can decrypt."""

import json
import os
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field
from pathlib import Path

_PRIVATELY = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


@dataclass(slots=True, kw_only=True)
class StoredVersion:
    """One version. `material` is empty once it is destroyed."""

    number: int
    state: str  # a name of CryptoKeyVersion.CryptoKeyVersionState
    created_at: float
    material: str = field(repr=False)
    destroy_at: float | None = None

    def key(self) -> bytes:
        return b64decode(self.material)


@dataclass(slots=True, kw_only=True)
class StoredKey:
    name: str
    created_at: float
    primary: int
    labels: dict[str, str] = field(default_factory=dict)
    versions: list[StoredVersion] = field(default_factory=list)

    def version(self, number: int) -> StoredVersion | None:
        return next((item for item in self.versions if item.number == number), None)

    def add_version(self, now: float) -> StoredVersion:
        """Make fresh material under the next number."""
        version = StoredVersion(
            number=len(self.versions) + 1,
            state="ENABLED",
            created_at=now,
            material=b64encode(os.urandom(32)).decode(),
        )
        self.versions.append(version)
        return version


class Store:
    """Everything, in memory and in a file of the caller's choice."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self.rings: dict[str, float] = {}
        self.keys: dict[str, StoredKey] = {}
        if file is not None and file.exists():
            self._read(json.loads(file.read_text()))

    def save(self) -> None:
        """Write all of it; a process that dies meanwhile leaves the old file or the new one."""
        if self._file is None:
            return
        content = {"rings": self.rings, "keys": [asdict(key) for key in self.keys.values()]}
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        draft.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, _PRIVATELY, 0o600), "w") as output:
            json.dump(content, output)
            output.flush()
            os.fsync(output.fileno())
        draft.replace(self._file)

    def _read(self, content: dict[str, object]) -> None:
        rings, keys = content["rings"], content["keys"]
        if not isinstance(rings, dict) or not isinstance(keys, list):
            raise TypeError(f"{self._file} is not a state of this emulator.")
        self.rings = rings
        for item in keys:
            versions = [StoredVersion(**version) for version in item.pop("versions")]
            self.keys[item["name"]] = StoredKey(**item, versions=versions)
