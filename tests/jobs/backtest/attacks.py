"""Strategies that try to break out, break down or lie."""

from typing import Any

from candlewick.backtests.wire import FailureKind

TIGHT: dict[str, Any] = {
    "wall_s": 40,
    "cpu_s": 60,
    "memory_mib": 900,
    "scratch_mib": 32,
    "processes": 16,
    "log_bytes": 300_000,
}

# Finds the pipe and the file that the guest inherited.
_DESCRIPTORS = """\
import os, stat
def kinds():
    for fd in range(3, 64):
        try:
            yield fd, os.fstat(fd).st_mode
        except OSError:
            pass
PIPES = [fd for fd, mode in kinds() if stat.S_ISFIFO(mode)]
FILES = [fd for fd, mode in kinds() if stat.S_ISREG(mode)]
"""

ENDS: dict[str, tuple[str, dict[str, int], FailureKind, str]] = {
    "raises": (
        "raise ValueError('no such idea')",
        {},
        FailureKind.STRATEGY_ERROR,
        "ValueError: no such idea",
    ),
    "loops for ever": ("while True: pass", {"wall_s": 2}, FailureKind.TIME_LIMIT, "longer"),
    "computes in children": (
        (
            "import os\nfor _ in range(4):\n    if os.fork() == 0:\n        while True: pass\n"
            "import time\ntime.sleep(60)"
        ),
        {"cpu_s": 3},
        FailureKind.TIME_LIMIT,
        "3 s of computing",
    ),
    "stops itself": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        {"wall_s": 2},
        FailureKind.TIME_LIMIT,
        "longer",
    ),
    "turns the clock": (
        (
            "import time\ntime.time = time.monotonic = lambda: 0.0\ntime.sleep = lambda _: None\n"
            "while True: pass"
        ),
        {"wall_s": 2},
        FailureKind.TIME_LIMIT,
        "longer",
    ),
    "allocates without end": (
        "kept = []\nwhile True: kept.append(b'x' * (32 << 20))",
        {},
        FailureKind.OUT_OF_MEMORY,
        "memory",
    ),
    "allocates shared memory in children": (
        (
            "import mmap, os, time\nfor _ in range(6):\n    if os.fork() == 0:\n"
            "        held = mmap.mmap(-1, 300 << 20)\n        held.write(b'x' * (300 << 20))\n"
            "        time.sleep(60)\ntime.sleep(60)"
        ),
        {},
        FailureKind.OUT_OF_MEMORY,
        "900 MiB",
    ),
    "forks without end": (
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        {},
        FailureKind.PROCESS_LIMIT,
        "16 processes",
    ),
    "fills the scratch folder": (
        "with open('/scratch/full', 'wb') as f:\n    while True: f.write(b'x' * (1 << 20))",
        {},
        FailureKind.OUTPUT_LIMIT,
        "scratch folder",
    ),
    "writes files without end": (
        "import itertools\nfor n in itertools.count(): open(f'/scratch/{n}', 'w').close()",
        {},
        FailureKind.OUTPUT_LIMIT,
        "more than",
    ),
    "prints without end": (
        "while True: print('spam' * 1000)",
        {},
        FailureKind.OUTPUT_LIMIT,
        "printed more",
    ),
    "exits early": (
        "import os\nos._exit(0)",
        {},
        FailureKind.STRATEGY_ERROR,
        "before the backtest was finished (exit status 0)",
    ),
    "crashes": (
        "import ctypes\nctypes.string_at(1)",
        {},
        FailureKind.SANDBOX_VIOLATION,
        "SIGSEGV",
    ),
    "traces its parent": (
        "import ctypes, os\nctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)",
        {},
        FailureKind.SANDBOX_VIOLATION,
        "system call that the sandbox forbids",
    ),
    "makes namespaces": (
        "import ctypes\nctypes.CDLL(None).unshare(0x10000000)",
        {},
        FailureKind.SANDBOX_VIOLATION,
        "system call that the sandbox forbids",
    ),
    "floods the message pipe": (
        _DESCRIPTORS + "while True: os.write(PIPES[0], b'x' * 65536)",
        {},
        FailureKind.OUTPUT_LIMIT,
        "without end",
    ),
    "says that the platform failed": (
        _DESCRIPTORS
        + 'os.write(PIPES[0], b\'{"type":"failed","kind":"platform_error","message":"x"}\\n\')\n'
        "import time\ntime.sleep(60)",
        {},
        FailureKind.SANDBOX_VIOLATION,
        "not its own",
    ),
    "forges its result with garbage": (
        _DESCRIPTORS + "os.write(FILES[0], b'PK' * 1000)\n"
        'os.write(PIPES[0], b\'{"type":"done"}\\n\')\nos._exit(0)',
        {},
        FailureKind.RESULT_REFUSED,
        "not an archive",
    ),
}

_PROBES = r"""
import ctypes, json, os, signal, socket, time
broken = []
tried = 0
def attempt(name, action):
    global tried
    tried += 1
    try:
        found = action()
    except BaseException:
        return
    if found not in (None, False, [], "", b"", {}):
        broken.append(f"{name}: {str(found)[:60]}")
    elif found is None:
        broken.append(name)
def ok(call):
    return lambda: (call(), True)[1]
def write(path):
    # Opens without changing anything: where this succeeds, it is the machine of whoever runs the test.
    new = not os.path.exists(path)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
    if new: os.unlink(path)
for path in ("/x", "/input/x", "/input/strategies/Strategy.py", "/app/x", "/usr/lib/x", "/dev/x", "/tmp/../x",
             "/proc/sys/kernel/hostname", "/proc/sysrq-trigger", __import__("sys").prefix + "/x"):
    attempt("write " + path, ok(lambda: write(path)))
def read(path):
    with open(path, "rb") as f: return f.read(100)
for path in ("/etc/shadow", "/etc/passwd", "/etc/hostname", "/root/.bashrc", "/proc/1/environ", "/proc/1/maps",
             "/proc/1/mem", "/proc/kcore", "/dev/mem", "/dev/kmsg", CONFTEST):
    attempt("read " + path, lambda: read(path))
for path in ("/root", "/home", "/var", "/run", "/sys", "/opt", "/srv", "/mnt", "/boot"):
    attempt("list " + path, lambda: [n for n in os.listdir(path) if not n.startswith(".pyenv")])
attempt("environment", lambda: dict(os.environ))
own = {"1", str(os.getpid()), str(os.getppid())}
attempt("processes", lambda: [p for p in os.listdir("/proc") if p.isdigit() and p not in own])
attempt("token in own memory's neighbours", lambda: [
    p for p in os.listdir("/proc") if p.isdigit() and TOKEN.encode() in open(f"/proc/{p}/environ", "rb").read()])
def tcp(address):
    with socket.create_connection(address, timeout=2) as s: return True
attempt("tcp to the services", lambda: tcp(("127.0.0.1", PORT)))
attempt("tcp to the metadata server", lambda: tcp(("169.254.169.254", 80)))
attempt("tcp to the world", lambda: tcp(("8.8.8.8", 53)))
attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("8.8.8.8", 53)))
attempt("inet6", ok(lambda: socket.socket(socket.AF_INET6)))
attempt("netlink", ok(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)))
attempt("vsock", ok(lambda: socket.socket(socket.AF_VSOCK)))
attempt("packet", ok(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)))
def unix(address):
    s = socket.socket(socket.AF_UNIX); s.connect(address); return True
attempt("unix, abstract", lambda: unix("\0" + ABSTRACT))
attempt("unix, path", lambda: unix(UNIX_PATH))
attempt("memfd", ok(lambda: os.memfd_create("x")))
attempt("become root", ok(lambda: os.setuid(0)))
attempt("be root", lambda: os.geteuid() == 0 and "CapEff:\t0000000000000000" not in open("/proc/self/status").read())
attempt("change root", ok(lambda: os.chroot("/scratch")))
def device():
    os.mknod("/scratch/sda", 0o60600, os.makedev(8, 0))
    with open("/scratch/sda", "rb") as disk: return disk.read(1)
attempt("device", device)
attempt("signal process 1", ok(lambda: os.kill(1, 0)) if os.getuid() else lambda: False)
attempt("signal the parent", ok(lambda: os.kill(os.getppid(), 0)) if os.getuid() else lambda: False)
attempt("set the clock", ok(lambda: time.clock_settime(time.CLOCK_REALTIME, time.time())))
attempt("raise a limit", ok(lambda: __import__("resource").setrlimit(
    __import__("resource").RLIMIT_NPROC, (100_000, 100_000))))
attempt("higher priority", ok(lambda: os.setpriority(os.PRIO_PROCESS, 0, -10)))
attempt("io_uring", lambda: ctypes.CDLL(None).syscall(425, 8, ctypes.create_string_buffer(256)) >= 0)
attempt("shared memory", lambda: ctypes.CDLL(None).shmget(0, 4096, 0o1600) >= 0)
raise RuntimeError(f"tried {tried}, broken: {json.dumps(broken)}")
"""


def with_probes(facts: dict[str, object]) -> tuple[str, str]:
    """Return the body and the top of a strategy that tries every way out, and raises with what it found.

    Args:
        facts: PORT and TOKEN of the services, ABSTRACT and UNIX_PATH of sockets that listen, CONFTEST, a file.
    """
    top = "\n".join(f"{name} = {value!r}" for name, value in facts.items())
    return "probe()", top + _as_function(_PROBES)


def _as_function(code: str) -> str:
    indented = "\n".join("    " + line for line in code.splitlines())
    return "\n\ndef probe():\n" + indented.replace("global tried", "nonlocal tried") + "\n"
