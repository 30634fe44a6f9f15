"""Firestore's emulator keeps everything in memory; its export is what survives."""

import http.client
import shutil
from pathlib import Path

from emulators.stack import probes
from emulators.stack.options import PROJECT
from emulators.stack.toolchain import MAIN_CLASS

_NAME = "firestore_export"
_METADATA = Path(_NAME, f"{_NAME}.overall_export_metadata")


def command(java: Path, jar: Path, address: tuple[str, int], rules: Path, state: Path) -> list[str]:
    """Return the emulator's command line; it starts with the last export, if there is one."""
    host, port = address
    # Quick to start matters more here than the last quarter of speed.
    argv = [str(java), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.language=en"]
    argv += ["-cp", str(jar), MAIN_CLASS, "--host", host, "--port", str(port)]
    argv += ["--project_id", PROJECT]
    if rules.is_file():
        argv += ["--rules", str(rules)]
    metadata = state / "export" / _METADATA
    return [*argv, "--seed_from_export", str(metadata)] if metadata.is_file() else argv


def export(port: int, state: Path) -> bool:
    """Write everything into the state folder; the last export stays until the new one is whole."""
    new, last, old = state / "export.new", state / "export", state / "export.old"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    body = {
        "database": f"projects/{PROJECT}/databases/(default)",
        "export_directory": str(new.resolve()),
        "export_name": _NAME,
    }
    try:
        status, _ = probes.call(port, "POST", f"/emulator/v1/projects/{PROJECT}:export", body)
    except (OSError, http.client.HTTPException):
        return False
    if status not in range(200, 300) or not (new / _METADATA).is_file():
        return False
    recover(state)
    if last.exists():
        last.rename(old)
    new.rename(last)
    shutil.rmtree(old, ignore_errors=True)
    return True


def recover(state: Path) -> None:
    """Finish an exchange of exports that a crash interrupted."""
    last, old = state / "export", state / "export.old"
    if old.exists() and not last.exists():
        old.rename(last)
    shutil.rmtree(old, ignore_errors=True)
