"""A tool that a person names: the text by which its records are booked, whatever else is called so."""

from __future__ import annotations

import pytest

from discovery.connectors.base import Said
from discovery.decisions import decide_recognition
from discovery.models import Decision
from discovery.named_tools import decide_tool, is_booked, said_tool
from discovery.recognise import Recogniser
from tests.inventory import rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def august(catalog):
    """A product of whose name the matcher makes nothing."""
    return rows.product("month/august", "August")


def test_a_tool_is_called_by_its_name_where_that_is_enough(catalog):
    product = rows.product("month/august", "August")
    catalog.learn("august", product.key)
    assert said_tool(product) == Said(tool="August", product="month/august")
    decide_tool(said_tool(product), actor="ann")
    assert not Decision.objects.exists()


def test_a_name_that_is_not_enough_stands_for_the_tool_by_a_decision_on_words_of_its_own(august):
    said = said_tool(august)
    assert said.tool == "Month August (month.example)"
    assert not is_booked(said, Recogniser())
    decide_tool(said, actor="ann")
    decide_tool(said, actor="ann")
    (decision,) = Decision.objects.all()
    assert (decision.after, decision.actor) == ("month/august", "ann")
    assert is_booked(said, Recogniser())


def test_what_somebody_decided_of_these_words_stands(august):
    said = said_tool(august)
    decide_recognition("sso_app", said.tool, "not_ai", actor="bob", reason="it is a calendar")
    decide_tool(said, actor="ann")
    assert Decision.objects.get().actor == "bob"
