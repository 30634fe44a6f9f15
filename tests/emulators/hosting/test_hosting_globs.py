"""Globs mean what they mean to Firebase: the examples of its documentation, and minimatch's own answers."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from emulators.firebase_hosting.globs import matches

_MINIMATCH = Path(__file__).parents[3] / "node_modules/superstatic/node_modules/minimatch"
_ASK = """
const loaded = require(process.argv[1]);
const minimatch = loaded.minimatch ?? loaded;
const { patterns, paths } = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(patterns.map((glob) => paths.map((path) => minimatch(path, glob)))));
"""
PATTERNS = (
    *("**", "/**", "/api/openapi.json", "/api/v1/me{,/**}", "!/api/**", "/assets/**", "/foo*"),
    *("**/*.@(jpg|jpeg|gif|png)", "/@(js|css)/**", "/foo/*", "/foo/**", "**/.*", "/!(api)/**"),
    *("/a/**/b", "/*.html", "/[ab]/c", "/foo?", "/{a,b}/**", "/blog/+(x|y)", "/blog/?(x)y"),
)
PATHS = (
    *("/", "/index.html", "/api", "/api/", "/api/v1/me", "/api/v1/me/", "/api/v1/me/x"),
    *("/api/v1/me/x/y", "/api/v1/mex", "/api/openapi.json", "/assets/a.js", "/assets/.x/a.js"),
    *("/.well-known/x", "/a/b", "/a/x/b", "/a/x/y/b", "/a/c", "/b/c", "/foo", "/foo/", "/foo/bar"),
    *("/foo/bar/baz", "/foox", "/js/a.js", "/css/x/y.css", "/x/y.jpg", "/y.png", "/web/x", "/.git"),
    *("/blog/x", "/blog/xy", "/blog/y", "/blog/z", "/404.html"),
)


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("/foo", "/foo", True),
        ("/foo", "/foo/bar", False),
        ("foo", "/foo", True),
        ("/foo/**", "/foo/bar/baz", True),
        ("**/*.@(eot|otf|ttf|ttc|woff|font.css)", "/fonts/a.woff", True),
        ("**/*.@(jpg|jpeg|gif|png)", "/images/deep/a.svg", False),
        ("!/@(js|css)/**", "/js/app.js", False),
        ("!/@(js|css)/**", "/img/logo.png", True),
        ("/api/v1/me{,/**}", "/api/v1/me", True),
        ("/api/v1/me{,/**}", "/api/v1/me/tokens/t1", True),
        ("/api/v1/me{,/**}", "/api/v1/menu", False),
        ("**", "/.env", False),
    ],
)
def test_a_glob_matches_as_documented(glob: str, path: str, *, expected: bool) -> None:
    assert matches(path, glob) is expected


@pytest.mark.skipif(
    shutil.which("node") is None or not _MINIMATCH.exists(), reason="needs Node and npm ci"
)
def test_every_glob_matches_what_minimatch_matches() -> None:
    done = subprocess.run(
        ["node", "-e", _ASK, str(_MINIMATCH)],
        input=json.dumps({"patterns": PATTERNS, "paths": PATHS}),
        capture_output=True,
        text=True,
        check=True,
    )
    expected = json.loads(done.stdout)

    found = [[matches(path, glob) for path in PATHS] for glob in PATTERNS]

    assert found == expected
