from __future__ import annotations

from pathlib import Path

import pytest

from discovery import connectors, recognise
from tests.discovery.fake_source import FAKES, WORDS, FakeMatcher, Files


class Catalog:
    """What the matcher of these tests knows; may grow in the middle of a test."""

    def __init__(self) -> None:
        self.words = dict(WORDS)

    def learn(self, word: str, answer: str) -> None:
        self.words[word] = answer

    def version(self) -> str:
        return f"catalog of {len(self.words)}"


@pytest.fixture
def catalog(monkeypatch: pytest.MonkeyPatch) -> Catalog:
    known = Catalog()
    monkeypatch.setattr(recognise, "load_matcher", lambda: FakeMatcher(dict(known.words)))
    monkeypatch.setattr(recognise, "catalog_version", known.version)
    return known


@pytest.fixture
def files(db, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """Files of the fake sources, and a place to write and scan them."""
    for fake in FAKES:
        monkeypatch.setitem(connectors._BY_NAME, fake.name, fake)
    return Files(tmp_path)
