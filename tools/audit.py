"""Asks npm's advisories about what the web app ships; an index without advisories is named, not ignored."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

_WEB = Path(__file__).resolve().parents[1] / "web"
_REFUSED_FROM = ("high", "critical")


def main() -> int:
    npm = shutil.which("npm") or "npm"
    done = subprocess.run(  # noqa: S603 - our own command
        [npm, "audit", "--omit=dev", "--json"],
        cwd=_WEB,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = {}
    counts = report.get("metadata", {}).get("vulnerabilities")
    if counts is None:
        sys.stdout.write("Not audited: this package index answers no advisories.\n")
        return 0
    found = {level: counts.get(level, 0) for level in ("low", "moderate", *_REFUSED_FROM)}
    sys.stdout.write(f"Audited: {found}\n")
    return 1 if any(found[level] for level in _REFUSED_FROM) else 0


if __name__ == "__main__":
    sys.exit(main())
