"""Finds Java, Node and Google's Firestore emulator, or says how to get them."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from emulators.stack.options import ROOT
from emulators.stack.problems import Problem

JAR_VARIABLE = "CANDLEWICK_FIRESTORE_EMULATOR_JAR"
MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
_IN_SDK = Path("platform", "cloud-firestore-emulator", "cloud-firestore-emulator.jar")
_LEAST_JAVA = 17
_LEAST_NODE = 20
_IMAGES = ROOT / ".candlewick" / "images"
_HOW_TO_GET_THE_JAR = f"""\
Google's Firestore emulator was not found. Any one of these brings it:
  gcloud components install cloud-firestore-emulator
  apt-get install google-cloud-cli-firestore-emulator   (from Google's apt repository)
  npx firebase setup:emulators:firestore                (from the internet, into ~/.cache/firebase)
  {JAR_VARIABLE}=/path/to/cloud-firestore-emulator.jar"""


def java() -> Path:
    """Return a Java of version 17 or later: from PATH, else the one that `make setup` installed."""
    for candidate in _programs("java"):
        if _version([str(candidate), "-version"]) >= _LEAST_JAVA:
            return candidate
    raise Problem(f"Java {_LEAST_JAVA} or later is missing. Run `make setup`, or install it.")


def node() -> Path:
    """Return a Node of version 20 or later: from PATH, else the one that `make setup` installed."""
    for candidate in _programs("node"):
        if _version([str(candidate), "--version"]) >= _LEAST_NODE:
            return candidate
    raise Problem(f"Node {_LEAST_NODE} or later is missing. Run `make setup`, or install it.")


def firebase_tools() -> Path:
    folder = ROOT / "node_modules" / "firebase-tools"
    if not folder.is_dir():
        raise Problem("firebase-tools is not installed. Run `make setup`.")
    return folder


def firestore_jar() -> Path:
    """Return the Firestore emulator, after a look into it."""
    jar = find_firestore_jar()
    if jar is None:
        raise Problem(_HOW_TO_GET_THE_JAR)
    try:
        with zipfile.ZipFile(jar) as archive:
            archive.getinfo(MAIN_CLASS.replace(".", "/") + ".class")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise Problem(f"{jar} is not the Firestore emulator, or is damaged: {error}") from error
    return jar


def find_firestore_jar() -> Path | None:
    """Look where the variable, the gcloud SDK and firebase-tools put it; `None` when it is nowhere."""
    chosen = os.environ.get(JAR_VARIABLE)
    if chosen:
        return Path(chosen)
    return next((jar for jar in _candidates() if jar.is_file()), None)


def built_image(name: str) -> Path:
    """Return an unpacked image (backtest, live-bot) as `make images` built it last."""
    image = _IMAGES / f"latest-{name}"
    if not (image / "image.json").is_file():
        raise Problem(f"There is no image {name}. Run `make images`.")
    return image.resolve()


def container_runtime(name: str) -> str:
    """Return the program of a container runtime: the one that `make images` fetched, else PATH's."""
    fetched = _IMAGES / "tools" / name
    found = fetched if fetched.is_file() else shutil.which(name)
    if found is None:
        raise Problem(f"{name} is not installed. On Debian: apt-get install {name}")
    return str(found)


def _candidates() -> list[Path]:
    sdks = [Path("/usr/lib/google-cloud-sdk"), Path.home() / "google-cloud-sdk"]
    gcloud = shutil.which("gcloud")
    if gcloud is not None:
        sdks.insert(0, Path(gcloud).resolve().parents[1])
    downloaded = Path.home() / ".cache" / "firebase" / "emulators"
    newest_first = sorted(downloaded.glob("cloud-firestore-emulator-*.jar"), reverse=True)
    return [*(sdk / _IN_SDK for sdk in sdks), *newest_first]


def _programs(name: str) -> list[Path]:
    # `make setup` links those that it installed beside the environment's Python.
    found = (shutil.which(name), shutil.which(name, path=str(Path(sys.executable).parent)))
    return [Path(each) for each in found if each is not None]


def _version(command: list[str]) -> int:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"(\d+)\.\d+", done.stdout + done.stderr)
    return int(found[1]) if found else 0
