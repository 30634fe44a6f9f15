"""The API document knows a view by its class's name: of two with one name it would show one."""

import ast
from collections import Counter

from tests.architecture.tree import ROOT, python_files


def test_no_two_views_of_the_api_have_one_name() -> None:
    names = Counter(
        node.name
        for path in python_files("functions")
        for node in ast.walk(ast.parse(path.read_text(), str(path.relative_to(ROOT))))
        if isinstance(node, ast.ClassDef) and node.name.endswith("View")
    )

    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1] == []
