"""Runs the unpacked image in crun and in gVisor, as the Cloud Run emulator does."""

import ctypes
import os
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM, socket

import psutil

from emulators.cloud_run import oci
from tests.jobs.backtest.conftest import Job
from tests.jobs.backtest.platform import TOKEN, Platform, Run
from tools.images.build import ROOT, Built

_NEW_NETWORK = 0x40000000
_SET_FLAGS, _UP_RUNNING = 0x8914, 0x41
SECCOMP = ROOT / "jobs" / "backtest" / "seccomp.json"


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """A container runtime and its program."""

    name: str
    program: str

    def command(self, image: Built, state: Path, *options: str) -> list[str]:
        """Return the launcher's command; `--` and a command for the container may follow."""
        state.mkdir(exist_ok=True)
        return [
            *(sys.executable, "-I", "-S", oci.__file__),
            *("--runtime", self.name, "--program", self.program),
            *("--image", str(image.folder), "--state", str(state)),
            # gVisor filters its own system calls, and knows no profile for the container's.
            *(("--seccomp", str(SECCOMP)) if self.name == "crun" else ()),
            *options,
        ]


def environment(image: Built, **variables: str) -> dict[str, str]:
    """Return the image's variables and these."""
    listed = image.config["Env"]
    assert isinstance(listed, list)
    return dict(line.split("=", 1) for line in listed) | variables


def run_in(
    runtime: Runtime, image: Built, state: Path, options: Sequence[str], command: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Run a command in a container without any network, to its end."""
    return subprocess.run(
        [*runtime.command(image, state, *options), "--", *command],
        env=environment(image),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


class Network:
    """A network of its own, with nothing but the platform's two services on its loopback."""

    def __init__(self, run: Run) -> None:
        # Namespaces are a thread's; a socket stays in the one in which it was made.
        with ThreadPoolExecutor(1) as maker:
            self._descriptor, self.platform = maker.submit(_in_new_network, run).result()

    def enter(self) -> list[str]:
        """Return what to put before a command."""
        program = shutil.which("nsenter") or "/usr/bin/nsenter"
        return [program, f"--net=/proc/{os.getpid()}/fd/{self._descriptor}", "--"]

    def close(self) -> None:
        os.close(self._descriptor)


def _in_new_network(run: Run) -> tuple[int, Platform]:
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "no network of its own")
    descriptor = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", 0)
    with socket(AF_INET, SOCK_DGRAM) as any_socket:
        ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP_RUNNING))
    return descriptor, Platform(run)


class ContainerJob(Job):
    """The job in a container of its own, in the platform's network."""

    def __init__(self, runtime: Runtime, image: Built, network: Network, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "job.log"
        self._temporary = folder / "state"
        variables = {
            "CANDLEWICK_EVENTS_URL": f"{network.platform.url}/events",
            "CANDLEWICK_RUN_TOKEN": TOKEN,
            "CANDLEWICK_ISOLATION": "auto",
            "CLOUD_RUN_TASK_ATTEMPT": "0",
            "CLOUD_RUN_EXECUTION": "backtest-abc12",
        }
        self._began = time.monotonic()
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*network.enter(), *runtime.command(image, folder / "state", "--network=shared")],
                env=environment(image, **variables),
                stdout=log,
                stderr=log,
            )

    def _survivors(self) -> list[str]:
        """Whoever lost their parent is the test's own child: it is a subreaper."""
        alive = [
            process
            for process in psutil.Process().children(recursive=True)
            if process.status() != psutil.STATUS_ZOMBIE
        ]
        return [f"{process.pid} {' '.join(process.cmdline())[:200]}" for process in alive]
