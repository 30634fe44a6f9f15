"""Where the emulator is installed, and how it is started."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_FOLDER: Final = ROOT / ".venv" / "bigquery-emulator"
_REQUIREMENTS: Final = Path(__file__).parent / "requirements.txt"
_STAMP: Final = _FOLDER / "installed"
_LINES: Final = 12


class NotInstalled(Exception):
    """The text says what failed."""


def install() -> None:
    """Install what is pinned; does nothing the second time."""
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()
    if _STAMP.exists() and _STAMP.read_text() == wanted:
        return
    shutil.rmtree(_FOLDER, ignore_errors=True)
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        raise NotInstalled("uv is missing. Run `make setup`.")
    _run(uv, "venv", "--quiet", "--python", sys.executable, str(_FOLDER))
    python = ("--python", str(_FOLDER / "bin" / "python"))
    _run(uv, "pip", "install", "--quiet", *python, "-r", str(_REQUIREMENTS))
    _STAMP.write_text(wanted)


def command(port: int, grpc_port: int) -> list[str]:
    """Return the command line of an emulator on loopback that forgets everything at its end."""
    python = str(_FOLDER / "bin" / "python")
    return [python, str(Path(__file__).parent / "serve.py"), str(port), str(grpc_port)]


def variables(home: Path, objects: Path) -> dict[str, str]:
    """Return what it is to be started with.

    Args:
        home: a folder for DuckDB's extensions.
        objects: the folder in which the storage emulator keeps its buckets: `gs://` means below it.
    """
    return {
        "HOME": str(home),
        "BQEMU_GCS_LOCAL_ROOT": str(objects),
        "OTEL_SDK_DISABLED": "true",
        "NO_COLOR": "1",
    }


def _run(*arguments: str) -> None:
    done = subprocess.run(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        end = "\n".join(done.stdout.splitlines()[-_LINES:])
        raise NotInstalled(f"The BigQuery emulator cannot be installed:\n{end}")
