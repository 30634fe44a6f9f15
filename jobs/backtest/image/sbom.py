"""Writes the image's bill of materials (CycloneDX 1.6, JSON): its Debian packages and Python distributions.

Run by the Dockerfile's builder stage: `python3.13 sbom.py ROOT FILE`. What is in ROOT is what is listed;
the same content gives the same file. FILE is called NAME.cdx.json, after the image.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import Distribution, distributions
from pathlib import Path
from uuid import UUID

from assemble import SITE, STATUS
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

_LICENSE_LINE = 200


def main(root: Path, file: Path) -> None:
    components = [*_debian(root), *_python(root)]
    bom = Bom(components=components)
    bom.metadata.component = Component(
        name=file.name.partition(".")[0], type=ComponentType.CONTAINER
    )
    bom.metadata.timestamp = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    names = "\n".join(sorted(str(component.purl) for component in components))
    bom.serial_number = UUID(bytes=hashlib.sha256(names.encode()).digest()[:16], version=4)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        sys.exit(f"The bill of materials is not of its schema: {problem}")
    file.write_text(text)


def _debian(root: Path) -> Iterator[Component]:
    for status in sorted((root / STATUS).iterdir()):
        facts = HeaderParser().parsestr(status.read_text())
        yield Component(
            name=facts["Package"],
            version=facts["Version"],
            type=ComponentType.LIBRARY,
            bom_ref=f"deb:{facts['Package']}",
            purl=PackageURL(
                type="deb",
                namespace="debian",
                name=facts["Package"],
                version=facts["Version"],
                qualifiers={"arch": facts["Architecture"], "distro": "trixie"},
            ),
            properties=[Property(name="debian:source", value=_source(facts))],
        )


def _source(facts: Message) -> str:
    return str(facts["Source"] or facts["Package"])


def _python(root: Path) -> Iterator[Component]:
    found = distributions(path=[str(root / SITE)])
    for distribution in sorted(found, key=lambda each: each.metadata["Name"].lower()):
        name = distribution.metadata["Name"].lower().replace("_", "-").replace(".", "-")
        yield Component(
            name=name,
            version=distribution.version,
            type=ComponentType.LIBRARY,
            bom_ref=f"pypi:{name}",
            purl=PackageURL(type="pypi", name=name, version=distribution.version),
            licenses=_licenses(distribution),
            hashes=[_hash_of_record(distribution)],
        )


def _licenses(distribution: Distribution) -> list[DisjunctiveLicense]:
    facts = distribution.metadata
    said = next((facts[name] for name in ("License-Expression", "License") if name in facts), "")
    line = said.strip().partition("\n")[0][:_LICENSE_LINE]
    return [DisjunctiveLicense(name=line)] if line else []


def _hash_of_record(distribution: Distribution) -> HashType:
    """The wheel's own list of its files with their hashes stands for the files."""
    record = (distribution.read_text("RECORD") or "").encode()
    return HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(record).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
