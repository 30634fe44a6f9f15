"""What the tests run as containers: small programs for `python -c`, by image name."""

import shlex
import sys

_PROGRAMS = {
    "show": """
import json, os, sys
print(json.dumps({"env": dict(os.environ), "argv": sys.argv[1:], "cwd": os.getcwd(),
                  "sid": os.getsid(0) == os.getpid(), "stdin": sys.stdin.read()}))
""",
    "exit": "import sys; sys.exit(int(sys.argv[1]))",
    "die": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "succeed-on-attempt": """
import os, sys
sys.exit(0 if int(os.environ["CLOUD_RUN_TASK_ATTEMPT"]) >= int(sys.argv[1]) else 3)
""",
    "fail-index": """
import os, sys, time
if os.environ["CLOUD_RUN_TASK_INDEX"] == sys.argv[1]:
    sys.exit(4)
time.sleep(60)
""",
    "gather": """
import os, sys, time, pathlib
folder = pathlib.Path(sys.argv[1])
(folder / os.environ["CLOUD_RUN_TASK_INDEX"]).touch()
deadline = time.monotonic() + 10
while len(list(folder.iterdir())) < int(sys.argv[2]):
    if time.monotonic() > deadline:
        sys.exit(5)
    time.sleep(0.01)
""",
    "alone": """
import os, sys, time
os.mkdir(sys.argv[1])
time.sleep(0.05)
os.rmdir(sys.argv[1])
""",
    "wait": """
import pathlib, sys, time
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
""",
    "polite": """
import pathlib, signal, sys, time
def leave(*_):
    print("leaving", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
""",
    "stubborn": """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
""",
    # Leaves a child in its group, one in a session of its own, and a daemon whose parent is gone; argv[2] says how
    # the command itself goes on.
    "family": """
import os, pathlib, signal, subprocess, sys, time
ids = pathlib.Path(sys.argv[1])
sleeper = ["python3", "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"]
sleeper[0] = sys.executable
pids = [subprocess.Popen(sleeper).pid, subprocess.Popen(sleeper, start_new_session=True).pid]
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(write, str(os.getpid()).encode())
        os.execv(sys.executable, sleeper)
    os._exit(0)
pids.append(int(os.read(read, 20)))
os.wait3(os.WNOHANG)
ids.with_suffix(".draft").write_text(" ".join(map(str, [*pids, os.getpid(), os.getppid()])))
ids.with_suffix(".draft").rename(ids)
if sys.argv[2] == "wait":
    time.sleep(60)
if sys.argv[2] == "kill-keeper":
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
""",
    # A line of processes, each of which forks the next and ends, so that no list of them is ever up to date.
    "hydra": """
import os, sys
if os.fork() == 0:
    while True:
        if os.fork():
            os._exit(0)
""",
    # A service: says who it is and what it was sent; /sick makes it fail its probes, /leave makes it end.
    "server": """
import http.server, json, os, signal, sys
healthy = True
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global healthy
        if self.path == "/leave":
            os._exit(7)
        healthy = healthy and self.path != "/sick"
        body = json.dumps({"pid": os.getpid(), "env": dict(os.environ), "path": self.path}).encode()
        self.send_response(200 if healthy or self.path != "/healthz" else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
def leave(*_):
    print("leaving", flush=True)
    os._exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if "STUBBORN" in os.environ else leave)
print("serving", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
""",
    "chatter": "print('x' * 100000)",
}


def image_flags() -> list[str]:
    """Return the emulator's flags that define these images, and one whose command does not exist."""
    flags = [
        f"--image={name}={shlex.join([sys.executable, '-c', program])}"
        for name, program in _PROGRAMS.items()
    ]
    return [*flags, "--image=missing=/nonexistent/command"]
