"""The product does not know where it runs: an environment is endpoints, names and identities."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import PRODUCT, docstrings, name_of, python_files

# What code that asks "am I on a laptop?" would have to mention.
_LOCAL = re.compile(
    r"emulator|localhost|127\.0\.0\.1|0\.0\.0\.0|demo-|is_local|is_cloud|is_prod|K_SERVICE"
    r"|CANDLEWICK_ENV\b",
    re.IGNORECASE,
)
ALLOWED = {
    # The command line is a client of Firebase Auth, which has no Python library for signing in; like
    # Google's own clients it takes the address from FIREBASE_AUTH_EMULATOR_HOST.
    "src/candlewick/cli/sign_in.py",
}
_MAKES_CLIENTS = {"src/candlewick/gcp/clients.py", "src/candlewick/gcp/own.py"}
_READS_ENVIRONMENT = re.compile(r"^(functions/wiring\.py|src/candlewick/cli/|jobs/)")


def local_words(source: str) -> Iterator[str]:
    """Yield identifiers and texts that name a local environment; comments and docstrings may."""
    tree = ast.parse(source)
    documentation = docstrings(tree)
    for node in ast.walk(tree):
        words = [value for value in vars(node).values() if isinstance(value, str)]
        if isinstance(node, ast.alias):
            words = [node.name]
        if id(node) not in documentation:
            yield from (f"{word} in line {_line(node)}" for word in words if _LOCAL.search(word))


def clients_made(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if re.search(r"(?<!httpx\.)(?<!stripe\.)\b(Storage)?\w*Client$|_channel$", called):
                yield f"{called} in line {node.lineno}"


def environment_reads(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}:
            yield f"line {node.lineno}"


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def test_no_product_code_asks_whether_it_runs_locally() -> None:
    found = {name_of(path): list(local_words(path.read_text())) for path in python_files(*PRODUCT)}

    assert {name for name, words in found.items() if words} == ALLOWED, found


def test_googles_clients_are_made_in_one_place() -> None:
    found = {
        name_of(path): list(clients_made(path.read_text()))
        for path in python_files("src", "functions")
    }

    assert {name for name, made in found.items() if made} == _MAKES_CLIENTS, found


def test_the_environment_is_read_by_composition_roots_alone() -> None:
    readers = {
        name_of(path)
        for path in python_files(*PRODUCT)
        if list(environment_reads(path.read_text()))
    }

    assert "functions/wiring.py" in readers
    assert {name for name in readers if not _READS_ENVIRONMENT.match(name)} == set()


@pytest.mark.parametrize(
    "source",
    [
        "if host == 'localhost': pass",
        "url = f'http://127.0.0.1:{port}'",
        "is_local = True",
        "from emulators import stack",
        "if env.get('K_SERVICE'): pass",
        "def start_emulator(): pass",
        "call(emulator=True)",
        "client.uses_emulator()",
        "project = 'demo-candlewick'",
    ],
)
def test_a_local_branch_is_noticed(source: str) -> None:
    assert list(local_words(source))


def test_documentation_may_speak_of_emulators() -> None:
    assert not list(local_words('"""As emulators speak."""\n# localhost\n'))


@pytest.mark.parametrize(
    "source", ["firestore.Client()", "StorageClient(project=p)", "grpc.insecure_channel(x)"]
)
def test_a_client_made_elsewhere_is_noticed(source: str) -> None:
    assert list(clients_made(source))


@pytest.mark.parametrize("source", ["import os\nos.environ['A']", "import os\nos.getenv('A')"])
def test_a_read_of_the_environment_is_noticed(source: str) -> None:
    assert list(environment_reads(source))
