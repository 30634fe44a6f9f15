"""Google's Firestore emulator alone, for tests that need a database and nothing else."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from google.cloud import firestore

from candlewick.gcp.clients import firestore_client
from emulators.stack import Options, start
from emulators.stack.options import PROJECT


@contextmanager
def emulated_firestore(folder: Path) -> Iterator[firestore.Client]:
    """Start it over a folder; clients made in the block reach it too."""
    options = Options(
        state_dir=folder, free_ports=True, functions=(), only=frozenset({"firestore"})
    )
    with pytest.MonkeyPatch.context() as patch, start(options) as stack:
        patch.setenv("FIRESTORE_EMULATOR_HOST", stack.env["FIRESTORE_EMULATOR_HOST"])
        with closing(firestore_client(PROJECT)) as client:
            yield client
