"""Pages speak of no option of a command, whatever a reader of files says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.said_here import said_here

DISCOVERY = Path(__file__).resolve().parents[2] / "discovery"
#: Sentences of commands alone.
AT_COMMANDS = {"outcomes.py", "management"}
OPTION = re.compile(r"--[a-z]|manage\.py|PENUMBRA_[A-Z]")


def sentences() -> Iterator[tuple[str, str]]:
    """File and text of whatever is written in code, docstrings apart, and speaks of an option."""
    for path in sorted(DISCOVERY.rglob("*.py")):
        if AT_COMMANDS & set(path.relative_to(DISCOVERY).parts):
            continue
        tree = ast.parse(path.read_text())
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in docstrings:
                continue
            if isinstance(node.value, str) and OPTION.search(node.value):
                yield path.name, node.value


def test_there_are_sentences_with_options():
    assert list(sentences())


@pytest.mark.parametrize(("file", "sentence"), sorted(set(sentences())))
def test_a_page_says_what_to_do_on_a_page(file, sentence):
    assert not OPTION.search(said_here(sentence)), file


def test_what_a_page_can_do_is_said_in_its_words():
    unread = (
        "a.bin is of no format that is known here; name its format, or export it as one that is read here"
    )
    assert said_here(unread) == "a.bin is of no format that is known here; choose one of “Format”"
