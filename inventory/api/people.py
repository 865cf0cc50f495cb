"""``/api/v1/people/``: who is known, as pseudonyms until a name is opened, in no order of use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from discovery.models import Person
from inventory import evidence
from inventory.access import Action, reach_of
from inventory.api.coverage import answer_report, reports
from inventory.api.endpoint import Endpoint, Needs
from inventory.api.paging import Question
from inventory.api.tools import tool_of
from inventory.api_tokens import Scope
from inventory.models import ToolPerson
from inventory.opened_names import Shown, names_for
from inventory.reach import Reach


class PeopleQuestion(Question):
    tool = serializers.CharField(required=False, max_length=160, help_text="key: only who was seen with it")


class PersonRow(serializers.Serializer):
    """A person. Opening the name takes a reason, which the person reads: see the pages."""

    person = serializers.CharField(help_text="pseudonym for the account's role")
    name = serializers.CharField(allow_null=True, help_text="null until it is opened with a reason")
    email = serializers.CharField(allow_null=True, help_text="the same")
    department = serializers.CharField(allow_null=True)
    active = serializers.BooleanField(allow_null=True, help_text="null until the name is opened")
    tools = serializers.ListField(child=serializers.CharField(), help_text="keys, by key")


class People(Endpoint):
    needs: ClassVar[Mapping[str, Needs]] = {"GET": Needs(Scope.READ, Action.OPEN_NAMES)}
    question = PeopleQuestion

    @reports("list_people", PeopleQuestion, PersonRow, 404)
    def get(self, request: Request) -> Response:
        """Everybody who is known, with the tools they were seen with, by pseudonym."""
        asked = self.asked()
        reach = reach_of(request.user)
        if "tool" in asked:
            found = evidence.people_of(tool_of(asked["tool"], reach), reach)
        else:
            found = reach.people(Person.objects.order_by())
        shown = names_for(request.user, timezone.now()).in_order(found)
        page = self.turner(asked).ordered(shown, lambda one: (one.code, one.person.pk))
        tools = _tools_of(page.rows, reach)
        return answer_report(request, page, (_row(one, tools[one.person.pk]) for one in page.rows), PersonRow)


def _tools_of(people: list[Shown], reach: Reach) -> dict[int, list[str]]:
    seen = reach.users(ToolPerson.objects.filter(person__in=[one.person.pk for one in people]))
    tools: dict[int, list[str]] = defaultdict(list)
    for person, key in seen.order_by("tool__key").values_list("person_id", "tool__key"):
        tools[person].append(key)
    return tools


def _row(one: Shown, tools: list[str]) -> dict[str, Any]:
    return {
        "person": one.code,
        "name": one.name or None,
        "email": one.email or None,
        "department": one.department or None,
        "active": None if one.hidden else one.active,
        "tools": tools,
    }
