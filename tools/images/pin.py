"""Renews the digest of the Dockerfiles' base image from its registry: `python -m tools.images.pin`."""

import json
import re
import sys
import urllib.request
from pathlib import Path

from tools.images.build import RECIPES, ROOT

DOCKERFILES = tuple(ROOT / recipe.dockerfile for recipe in RECIPES)
_PIN = re.compile(
    r"^ARG BASE=docker\.io/(?P<name>[a-z0-9/]+):(?P<tag>[\w.-]+)@(?P<digest>sha256:[0-9a-f]{64})$",
    re.MULTILINE,
)
_INDEX = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json"
_TIMEOUT_S = 30


class NoPin(Exception):
    """The file has no base that is pinned by digest, or the registry gives none."""


def main() -> int:
    for dockerfile in DOCKERFILES:
        before, after = renew(dockerfile)
        said = "unchanged" if before == after else after
        sys.stdout.write(f"{dockerfile.relative_to(ROOT)}\n{before}\n{said}\n")
    return 0


def renew(
    dockerfile: Path,
    *,
    registry: str = "https://registry-1.docker.io",
    token_url: str = "https://auth.docker.io/token?service=registry.docker.io",  # noqa: S107 - where tokens come from
) -> tuple[str, str]:
    """Write the tag's present digest into the file; return the one before and the present one."""
    text = dockerfile.read_text()
    pin = _PIN.search(text)
    if pin is None:
        raise NoPin(f"{dockerfile} has no line `ARG BASE=docker.io/NAME:TAG@sha256:…`.")
    scope = f"{token_url}&scope=repository:{pin['name']}:pull"
    with urllib.request.urlopen(scope, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - our own URL
        token = json.load(answer)["token"]
    request = urllib.request.Request(  # noqa: S310 - our own URL
        f"{registry}/v2/{pin['name']}/manifests/{pin['tag']}",
        method="HEAD",
        headers={"Accept": _INDEX, "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - our own URL
        digest = answer.headers.get("Docker-Content-Digest", "")
    if re.fullmatch(r"sha256:[0-9a-f]{64}", digest) is None:
        raise NoPin(f"The registry gives no digest for {pin['name']}:{pin['tag']}.")
    dockerfile.write_text(text[: pin.start("digest")] + digest + text[pin.end("digest") :])
    return pin["digest"], digest


if __name__ == "__main__":
    sys.exit(main())
