"""The schema in docs/ is the API's: whole, without a warning, and what calls with made-up input keep to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.drainage import GENERATOR_STATS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from discovery.models import Scan
from inventory.access import Role
from inventory.api import scans, urls
from inventory.api.tools import ToolQuestion
from inventory.granting import set_access
from inventory.listing import Wanted
from tests.frame.environment import PROJECT
from tests.inventory.api.conftest import body_of, client_with

COMMITTED = PROJECT / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def schema() -> dict:
    return yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))


def test_the_committed_schema_is_the_apis_and_nothing_was_left_out(tmp_path):
    """Spectacular warns where it leaves something out or has to guess: that is a failure."""
    GENERATOR_STATS.reset()
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--file", str(made), "--validate", "--fail-on-warn")
    assert made.read_text() == COMMITTED.read_text(), (
        "run manage.py spectacular --file docs/openapi.yaml and look at what changed for callers"
    )


def test_every_address_and_method_is_an_operation(schema):
    promised = {
        (path, method)
        for path, methods in schema["paths"].items()
        for method in methods
        if method != "parameters"
    }
    served = set()
    for pattern in urls.urlpatterns:
        path = "/api/" + str(pattern.pattern).replace("<key:", "{").replace("<int:", "{").replace(
            "<slug:", "{"
        ).replace(">", "}")
        for method in getattr(pattern.callback.cls, "needs", {}):
            served.add((path, method.lower()))
    assert promised == served
    assert len(promised) == 22


def test_the_schema_is_openapi_3_1_and_every_operation_tells_how_to_sign_in_and_what_goes_wrong(schema):
    assert schema["openapi"].startswith("3.1.")
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            assert operation["description"], path
            assert {"token": []} in operation["security"], path
            assert {"401", "403", "429"} <= set(operation["responses"]), path
            for status, answer in operation["responses"].items():
                [form] = answer["content"]
                assert form == ("application/json" if status < "400" else "application/problem+json"), path


def test_tools_are_asked_for_by_every_word_of_the_page():
    words = {"query": "q"}
    offered = set(ToolQuestion().fields)
    asked = {words.get(field.name, field.name) for field in fields(Wanted)} - {"columns"}
    assert asked == offered - {"limit", "cursor"}


@pytest.mark.django_db
def test_whoever_is_signed_in_reads_the_schema(program, schema):
    answer = program(None, scopes=["upload"]).get("/api/schema/")
    assert answer.headers["Content-Type"].startswith("application/vnd.oai.openapi")
    served = yaml.safe_load(answer.content)
    assert served["paths"].keys() == schema["paths"].keys()
    assert served["components"] == schema["components"]


CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    (path, method)
    for path, methods in yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))["paths"].items()
    for method in methods
]

#: Where files are uploaded.
UPLOADS = "/api/v1/scans/"

#: What takes something back → what there must be before.
TAKES_BACK = {"flags/take-back/": "flags/accept/", "overlaps/chat/reopen/": "overlaps/chat/accept/"}


@pytest.mark.thorough
@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_input_makes_a_fault_or_an_answer_that_the_schema_does_not_promise(
    path, method, schema, account, decided, monkeypatch, settings_of_calls
):
    monkeypatch.setattr(scans.run_scan, "delay", lambda number: None)
    app = get_wsgi_application()
    operation = schemathesis.openapi.from_dict(schema)[path][method.upper()]
    operation.app = app
    owner = account(Role.FINANCE)
    set_access(owner, roles=[Role.FINANCE, Role.PROCUREMENT], departments=None, actor="hanna", reason="both")
    client = client_with(owner)
    headers = {"Authorization": client.defaults["HTTP_AUTHORIZATION"]}
    known = {"key": "openai/chatgpt", "scan": Scan.objects.first().pk}
    known |= {"decision": decided.pk, "capability": "chat"}
    there = {name: value for name, value in known.items() if f"{{{name}}}" in path}
    cases = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
    right = {"path_parameters": there}
    if method == "post" and "/scans/" not in path:
        address = path.removeprefix("/api/v1/").format(**known)
        right["body"] = body_of(address)
        if before := TAKES_BACK.get(address):
            client.post(f"/api/v1/{before}", body_of(before), content_type="application/json")
    if operation.path == UPLOADS and method == "post":
        right["body"] = {"file": b"Date,Merchant,Amount,Currency\n2026-10-05,OPENAI,20.00,EUR\n"}
    cases.append(operation.as_strategy(**right))

    @settings(
        max_examples=30,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(cases))
    def call(case: schemathesis.Case) -> None:
        answered.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    answered: set[int] = set()
    with one_connection_for_all_calls():
        call()
    assert answered & {200, 201, 202}, "no call came through"
    assert answered.isdisjoint({401, 403, 429})


@pytest.fixture
def settings_of_calls(settings):
    """As many calls as it takes, to the host that they name, within this test's transaction."""
    rates = dict.fromkeys(("token", "account", "changes"), "100000/min")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    settings.ALLOWED_HOSTS = ["*"]


@contextmanager
def one_connection_for_all_calls() -> Iterator[None]:
    """A server gives its connection back between two calls; here it holds the test's transaction.

    Django's test client connects the receiver again after each of its own calls, so this belongs
    around the calls themselves and not around the whole test.
    """
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in both:
            signal.connect(close_old_connections)
