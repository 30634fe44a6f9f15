"""`make bundle`: the functions' source as Cloud Functions takes it, a zip whose name is the hash of its content.

The same files give the same bytes on every machine: names sorted, times and modes fixed, nothing compressed.
"""

import argparse
import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / ".candlewick" / "bundle"
# Of the library, what no function imports: Freqtrade's side, and the command line.
_NOT_OF_FUNCTIONS = ("engine", "pulling", "cli")
_SUFFIXES = {".py", ".typed", ".html", ".css"}
_OLDEST = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bundle", description=__doc__)
    parser.add_argument("--target", type=Path, default=TARGET, metavar="DIR")
    given = parser.parse_args()
    made = write(ROOT, given.target)
    sys.stdout.write(f"{made}\n")
    return 0


def write(root: Path, target: Path) -> Path:
    """Write the bundle of a checkout into a folder; return the file, `functions-SHA256.zip`."""
    content = bundle(root)
    target.mkdir(parents=True, exist_ok=True)
    file = target / f"functions-{hashlib.sha256(content).hexdigest()}.zip"
    file.write_bytes(content)
    return file


def bundle(root: Path) -> bytes:
    """Return the zip: `main.py` and the rest of functions/ at its root, `candlewick/`, `requirements.txt`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, file in sorted(_files(root)):
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.external_attr = _MODE << 16
            entry.create_system = 3
            # A checkout on another system may end its lines otherwise.
            archive.writestr(entry, file.read_bytes().replace(b"\r\n", b"\n"))
    return content.getvalue()


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    yield "requirements.txt", root / "requirements.txt"
    for file in _sources(root / "functions"):
        yield file.relative_to(root / "functions").as_posix(), file
    library = root / "src" / "candlewick"
    for file in _sources(library):
        if file.relative_to(library).parts[0] not in _NOT_OF_FUNCTIONS:
            yield file.relative_to(library.parent).as_posix(), file


def _sources(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_file() and file.suffix in _SUFFIXES)


if __name__ == "__main__":
    sys.exit(main())
