"""The repository's own files, as the checks see them."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("src", "functions", "jobs")
OURS = (*PRODUCT, "emulators", "tests", "tools")
_FOREIGN = {".git", ".venv", "node_modules", ".candlewick", "__pycache__", "dist"}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in files(ROOT / folder) if path.suffix == ".py")


def files(folder: Path = ROOT) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        hidden = {name for name in folders if name.startswith(".") and name.endswith("_cache")}
        folders[:] = sorted(set(folders) - _FOREIGN - hidden)
        yield from (Path(parent, name) for name in sorted(names))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def docstrings(tree: ast.AST) -> set[int]:
    """Return the ids of the constants that are documentation."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
