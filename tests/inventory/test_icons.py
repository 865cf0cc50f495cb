"""Every kind of source and of record has a symbol, and the page that uses it defines it."""

from pathlib import Path

import pytest

import inventory
from discovery.connectors.base import Kind
from discovery.models import Record
from discovery.records import SeenBy
from inventory import icons

SYMBOLS = (Path(inventory.__file__).parent / "templates/inventory/_icons.html").read_text()


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_of_source_has_a_symbol(kind):
    assert f'id="{icons.of_source(kind)}"' in SYMBOLS


@pytest.mark.parametrize("kind", [kind for kind in Record.Kind if kind != Record.Kind.SEEN])
def test_a_kind_of_record_has_a_symbol(kind):
    assert f'id="{icons.of_record(Record(kind=kind))}"' in SYMBOLS


def test_what_was_seen_shows_where():
    shown = {where: icons.of_record(Record(kind=Record.Kind.SEEN, type=where)) for where in SeenBy}
    assert all(f'id="{symbol}"' in SYMBOLS for symbol in shown.values())
    assert len({shown[SeenBy.PACKAGE], shown[SeenBy.PROGRAM], shown[SeenBy.DOMAIN]}) == 3


def test_a_line_of_an_invoice_is_a_document():
    of_a_card = icons.of_record(Record(kind=Record.Kind.SPEND))
    assert icons.of_record(Record(kind=Record.Kind.SPEND, document="INV-7")) != of_a_card
