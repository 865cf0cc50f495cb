"""Every address of the project, asked for as everybody: a new address fails until it stands here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from discovery.models import Descriptor, Purchase
from inventory import rollups
from inventory.access import Role
from inventory.granting import set_access
from inventory.models import Delivery, Webhook
from inventory.pages import sources, webhooks
from inventory.pseudonyms import pseudonym
from tests.distribution import on_each_database
from tests.inventory import rows

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

STRANGER, NO_ROLE, LIMITED = "stranger", "no role", "security of Sales"
AUDIENCES = (STRANGER, NO_ROLE, *Role, LIMITED)

COMPANY = (*sorted(set(Role) - {Role.EMPLOYEE}), LIMITED)
WHOLE_COMPANY = sorted(set(Role) - {Role.EMPLOYEE})
UPLOADING = (Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.ADMINISTRATOR)
ACCEPTING = (Role.PROCUREMENT, Role.SECURITY)
SEEING_FLAGS = (Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.AUDITOR)
DECLARATIONS = (Role.PROCUREMENT, Role.SECURITY, Role.AUDITOR, LIMITED)
DECIDING = (Role.PROCUREMENT, Role.SECURITY, Role.ADMINISTRATOR)
SEEING_WEBHOOKS = (Role.SECURITY, Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER)
CHANGING_WEBHOOKS = (Role.SECURITY, Role.ADMINISTRATOR)
SEEING_ROLES = (Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER)
WITH_NAMES = (Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.AUDITOR, LIMITED)
WHOLE_WITH_NAMES = (Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.AUDITOR)
ADMINISTRATING = (Role.ADMINISTRATOR,)
NAMING = (Role.PROCUREMENT, Role.SECURITY)


def only(allowed: Iterable[str], status: int = 200) -> dict[str, int]:
    """Who may see it; a stranger signs in first and everybody else is refused."""
    told = dict.fromkeys(AUDIENCES, 403) | {STRANGER: 302}
    return told | dict.fromkeys(allowed, status)


def everybody_signed_in(status: int = 200) -> dict[str, int]:
    return dict.fromkeys(AUDIENCES, status) | {STRANGER: 302}


def program(allowed: Iterable[str], status: int = 200) -> dict[str, int]:
    """The same of the API, which sends nobody to a page."""
    return only(allowed, status) | {STRANGER: 401}


def everybody(status: int, stranger: int | None = None) -> dict[str, int]:
    return dict.fromkeys(AUDIENCES, status) | {STRANGER: stranger or status}


@dataclass
class Address:
    get: dict[str, int]
    post: dict[str, int]
    arguments: dict[str, object] = field(default_factory=dict)


#: Arguments that differ between readers are filled in as the test runs.
_TEXT, _PURCHASE = object(), object()

REVIEWING = (Role.PROCUREMENT, Role.SECURITY)
BUYING = (*REVIEWING, Role.FINANCE)
_PSEUDONYM, _SCAN, _SOURCE, _WEBHOOK, _DELIVERY = object(), object(), object(), object(), object()

MATRIX = {
    "account_login": Address(everybody(302, stranger=200), everybody(302, stranger=200)),
    "account_logout": Address(everybody(200, stranger=302), everybody(302)),
    "account_signup": Address(everybody(302, stranger=200), everybody(302, stranger=200)),
    "account_inactive": Address(everybody(200), everybody(405)),
    # Without a company's sign-in there is none at any address: with one, see test_company_sign_in.
    "openid_connect_login": Address(everybody(404), everybody(404), {"provider_id": "company"}),
    "openid_connect_callback": Address(everybody(404), everybody(404), {"provider_id": "company"}),
    "home": Address(
        everybody_signed_in() | dict.fromkeys((Role.PRIVACY_OFFICER, Role.AUDITOR), 302),
        everybody_signed_in(405),
    ),
    # What follows from a declaration of one's own, and who may answer which, is in test_declarations.
    "declare": Address(everybody_signed_in(), everybody_signed_in(422)),
    "declared": Address(everybody_signed_in(404), everybody_signed_in(405), {"declaration_id": 1}),
    "declaration_shown": Address(everybody_signed_in(404), everybody_signed_in(405), {"code": "made-up"}),
    "declarations": Address(only(DECLARATIONS), only(DECLARATIONS, 405)),
    "answer_declaration": Address(
        only(set(DECLARATIONS) - {Role.AUDITOR}, 405),
        only(set(DECLARATIONS) - {Role.AUDITOR}, 404),
        {"declaration_id": 1},
    ),
    "my_tools": Address(everybody_signed_in(), everybody_signed_in(405)),
    "answer_question": Address(everybody_signed_in(405), everybody_signed_in(404), {"question_id": 1}),
    "say": Address(everybody_signed_in(405), everybody_signed_in(404)),
    "allowed": Address(everybody_signed_in(), everybody_signed_in(405)),
    "components": Address(only(COMPANY), only(COMPANY, 405)),
    "flags": Address(only(SEEING_FLAGS), only(SEEING_FLAGS, 405)),
    "flags_export": Address(only(SEEING_FLAGS), only(SEEING_FLAGS, 405)),
    # No flag is here: who accepts the risk of one is in test_flag_pages.
    "flag": Address(only(SEEING_FLAGS, 404), only(SEEING_FLAGS, 404), {"flag_id": 1}),
    "tools": Address(only(COMPANY), only(COMPANY, 405)),
    "tools_export": Address(only(COMPANY), only(COMPANY, 405), {"form": "csv"}),
    "tool": Address(only(COMPANY), only(COMPANY, 405), {"key": "openai/chatgpt"}),
    # What follows from a report is in test_catalog_pages.
    "catalog": Address(only(COMPANY), only(COMPANY, 405)),
    "catalog_product": Address(only(COMPANY), only(COMPANY, 405), {"key": "openai/chatgpt"}),
    "report_error": Address(only(COMPANY, 405), only(COMPANY, 422), {"key": "openai/chatgpt"}),
    # There is nothing to join: what follows is in test_joining.
    "joins": Address(only(DECIDING), only(DECIDING, 422)),
    "undo_join": Address(only(DECIDING, 405), only(DECIDING, 404), {"join_id": 1}),
    "risk_weights": Address(only(CHANGING_WEBHOOKS), only(CHANGING_WEBHOOKS, 422)),
    # Nothing was said of a product yet: what follows is in test_own_words.
    "own_words": Address(only(DECIDING), only(DECIDING, 422), {"key": "openai/chatgpt"}),
    "take_back_own_word": Address(only(DECIDING, 405), only(DECIDING, 404), {"kind": "fact", "number": 1}),
    "corrections": Address(only(DECIDING), only(DECIDING, 405)),
    "settle_correction": Address(
        only((Role.ADMINISTRATOR,), 405), only((Role.ADMINISTRATOR,), 404), {"correction_id": 1}
    ),
    "batches": Address(only(WHOLE_COMPANY), only(WHOLE_COMPANY, 405)),
    # Nothing was decided yet: what follows from a decision is in test_deciding.
    "batch": Address(only(WHOLE_COMPANY, 404), only(WHOLE_COMPANY, 405), {"batch_id": 1}),
    "undo_batch": Address(only(DECIDING, 405), only(DECIDING, 404), {"batch_id": 1}),
    "decide_one": Address(only(DECIDING), only(DECIDING), {"key": "openai/chatgpt"}),
    "decide_many": Address(only(DECIDING, 405), only(DECIDING, 302)),
    "triage": Address(only(DECIDING), only(DECIDING, 405)),
    "triage_act": Address(only(DECIDING, 405), only(DECIDING), {"key": "openai/chatgpt"}),
    "wake": Address(only(DECIDING, 405), only(DECIDING, 302), {"key": "openai/chatgpt"}),
    "policies": Address(only(DECIDING), only(DECIDING)),
    # Nobody has made one: what follows from one is in test_policies.
    "policy": Address(only(DECIDING, 404), only(DECIDING, 405), {"policy_id": 1}),
    "switch_policy": Address(only(DECIDING, 405), only(DECIDING, 404), {"policy_id": 1}),
    "sources": Address(only(WHOLE_COMPANY), only(WHOLE_COMPANY, 405)),
    # Without a word nothing is written down: what follows from one is in test_source_page.
    "source": Address(
        only(WHOLE_COMPANY),
        only(UPLOADING, 422),
        {"source_id": _SOURCE},
    ),
    "coverage_export": Address(only(COMPANY), only(COMPANY, 405)),
    "progress": Address(only(WHOLE_COMPANY), only(WHOLE_COMPANY, 405)),
    "rejected": Address(
        only(set(WHOLE_COMPANY) - {Role.PRIVACY_OFFICER}),
        only(set(WHOLE_COMPANY) - {Role.PRIVACY_OFFICER}, 405),
    ),
    "rejected_export": Address(
        only(set(WHOLE_COMPANY) - {Role.PRIVACY_OFFICER}),
        only(set(WHOLE_COMPANY) - {Role.PRIVACY_OFFICER}, 405),
    ),
    "scan": Address(only(WHOLE_COMPANY), only(WHOLE_COMPANY, 405), {"scan_id": _SCAN}),
    "systems": Address(only(WHOLE_COMPANY), only(WHOLE_COMPANY, 405)),
    "connect": Address(only(ADMINISTRATING), only(ADMINISTRATING, 422), {"system": "okta"}),
    # Nothing is connected: what follows from a connection is in test_systems.
    "connection": Address(only(WHOLE_COMPANY, 404), only(WHOLE_COMPANY, 405), {"connection_id": 1}),
    "test_connection": Address(only(ADMINISTRATING, 405), only(ADMINISTRATING, 404), {"connection_id": 1}),
    "new_credential": Address(only(ADMINISTRATING, 405), only(ADMINISTRATING, 404), {"connection_id": 1}),
    "delete_credential": Address(only(ADMINISTRATING, 405), only(ADMINISTRATING, 404), {"connection_id": 1}),
    "change_list": Address(only(ADMINISTRATING, 405), only(ADMINISTRATING, 404), {"source_id": 1}),
    "upload": Address(only(UPLOADING, 405), only(UPLOADING, 302)),
    "looks": Address(only(UPLOADING), only(UPLOADING, 405)),
    # No file waits for an answer: what follows from one is in test_pages.
    "read_in": Address(only(UPLOADING, 405), only(UPLOADING, 404), {"preview_id": 1}),
    "read_in_all": Address(only(UPLOADING, 405), only(UPLOADING, 302)),
    "throw_all_away": Address(only(UPLOADING, 405), only(UPLOADING, 302)),
    "throw_away": Address(only(UPLOADING, 405), only(UPLOADING, 404), {"preview_id": 1}),
    "columns": Address(only(UPLOADING, 404), only(UPLOADING, 404), {"preview_id": 1}),
    "columns_rows": Address(only(UPLOADING, 404), only(UPLOADING, 405), {"preview_id": 1}),
    "members": Address(only(UPLOADING, 404), only(UPLOADING, 404), {"preview_id": 1}),
    "members_rows": Address(only(UPLOADING, 404), only(UPLOADING, 405), {"preview_id": 1}),
    "answer_look": Address(only(UPLOADING, 405), only(UPLOADING, 404), {"preview_id": 1}),
    "mappings": Address(only(UPLOADING), only(UPLOADING, 405)),
    "delete_mapping": Address(only(UPLOADING, 405), only(UPLOADING, 302), {"mapping_id": 1}),
    # Nothing of the sample is here: what a removal does is in test_sample_removal.
    "sample": Address(only((Role.ADMINISTRATOR,)), only((Role.ADMINISTRATOR,), 302)),
    "withdraw": Address(
        only((Role.FINANCE, Role.ADMINISTRATOR)),
        only((Role.FINANCE, Role.ADMINISTRATOR), 302),
        {"scan_id": _SCAN},
    ),
    "open_name": Address(only(WITH_NAMES), only(WITH_NAMES), {"code": _PSEUDONYM}),
    "my_data": Address(everybody_signed_in(), everybody_signed_in(405)),
    "tokens": Address(only(COMPANY), only(COMPANY)),
    # Nobody of these has a token: who has is in test_own_tokens.
    "revoke_token": Address(only(COMPANY, 405), only(COMPANY, 404), {"token_id": 1}),
    # Nobody of these has a record or a decision of their own: who has is in test_my_data.
    "private": Address(everybody_signed_in(405), everybody_signed_in(404), {"record_id": 1}),
    "not_private": Address(everybody_signed_in(405), everybody_signed_in(404), {"decision_id": 1}),
    "api_tools": Address(program(COMPANY), program(AUDIENCES, 405)),
    "api_tool": Address(program(COMPANY), program(AUDIENCES, 405), {"key": "openai/chatgpt"}),
    "api_spend": Address(program(WITH_NAMES), program(AUDIENCES, 405)),
    "api_purchases": Address(program(WITH_NAMES), program(AUDIENCES, 405)),
    "api_people": Address(program(WITH_NAMES), program(AUDIENCES, 405)),
    "api_sources": Address(program(WHOLE_COMPANY), program(AUDIENCES, 405)),
    "api_connectors": Address(program(WHOLE_COMPANY), program(AUDIENCES, 405)),
    "api_scans": Address(
        program(WHOLE_COMPANY),
        program((Role.PROCUREMENT, Role.SECURITY, Role.FINANCE, Role.ADMINISTRATOR), 400),  # no file
    ),
    "api_scan": Address(program(WHOLE_COMPANY), program(AUDIENCES, 405), {"scan": _SCAN}),
    "api_withdraw": Address(
        program(AUDIENCES, 405), program((Role.FINANCE, Role.ADMINISTRATOR), 202), {"scan": _SCAN}
    ),
    "api_rejected": Address(program(set(WHOLE_COMPANY) - {Role.PRIVACY_OFFICER}), program(AUDIENCES, 405)),
    "api_decisions": Address(program(COMPANY), program(DECIDING, 415)),  # a form is no JSON
    "api_undo": Address(program(AUDIENCES, 405), program(DECIDING, 415), {"decision": 1}),
    "api_flags": Address(program(SEEING_FLAGS), program(AUDIENCES, 405)),
    "api_accept_flags": Address(program(AUDIENCES, 405), program(ACCEPTING, 415)),
    "api_take_back_flags": Address(program(AUDIENCES, 405), program(ACCEPTING, 415)),
    "api_overlaps": Address(program(SEEING_FLAGS), program(AUDIENCES, 405)),
    "api_accept_overlap": Address(
        program(AUDIENCES, 405), program((Role.PROCUREMENT,), 415), {"capability": "chat"}
    ),
    "api_overlap_case": Address(
        program(AUDIENCES, 405), program((Role.PROCUREMENT,), 415), {"capability": "chat"}
    ),
    "api_reopen_overlap": Address(
        program(AUDIENCES, 405), program((Role.PROCUREMENT,), 415), {"capability": "chat"}
    ),
    "api_schema": Address(program(AUDIENCES), program(AUDIENCES, 405)),
    "api_nothing": Address(everybody(404), everybody(404)),
    "recognitions": Address(
        only((*REVIEWING, Role.AUDITOR, LIMITED)), only((*REVIEWING, Role.AUDITOR, LIMITED), 405)
    ),
    # Who is limited to departments sees the texts of these; what was decided is the whole company's.
    "decided_recognitions": Address(
        only((*REVIEWING, Role.AUDITOR)) | {LIMITED: 302}, only((*REVIEWING, Role.AUDITOR, LIMITED), 405)
    ),
    "recognition": Address(
        only((*REVIEWING, Role.AUDITOR, LIMITED)),
        only((*REVIEWING, Role.AUDITOR, LIMITED), 405),
        {"number": _TEXT},
    ),
    # Without a question nothing is weighed: what follows from one is in test_inspection.
    "inspect": Address(
        only((*REVIEWING, Role.AUDITOR, LIMITED)), only((*REVIEWING, Role.AUDITOR, LIMITED), 422)
    ),
    # Without an answer and a reason nothing is decided: what follows from one is in test_recognitions.
    "decide_recognition": Address(only(REVIEWING, 405), only(REVIEWING, 422), {"number": _TEXT}),
    "undo_recognition": Address(only(REVIEWING, 405), only(REVIEWING, 404), {"decision_id": 1}),
    # Rules are the whole company's; without words none is written: what follows is in test_text_rules.
    "text_rules": Address(
        only((*REVIEWING, Role.AUDITOR)) | {LIMITED: 302},
        only((*REVIEWING, Role.AUDITOR), 422) | {LIMITED: 302},
    ),
    "text_rule": Address(
        only((*REVIEWING, Role.AUDITOR), 404) | {LIMITED: 302},
        only((*REVIEWING, Role.AUDITOR), 404) | {LIMITED: 302},
        {"number": 1},
    ),
    "save_text_rule": Address(only(REVIEWING, 405), only(REVIEWING, 404), {"number": 1}),
    "undo_text_rule": Address(only(REVIEWING, 405), only(REVIEWING, 404), {"number": 1}),
    "seal_openings": Address(
        only((Role.PRIVACY_OFFICER, Role.AUDITOR)), only((Role.PRIVACY_OFFICER, Role.AUDITOR), 405)
    ),
    "answer_opening": Address(
        only((Role.PRIVACY_OFFICER,), 405), only((Role.PRIVACY_OFFICER,), 404), {"opening_id": 1}
    ),
    # No contract is here: what follows from one is in test_contracts.
    "contract": Address(only(WITH_NAMES, 404), only(WITH_NAMES, 404), {"key": "0" * 32}),
    "purchases": Address(only(WITH_NAMES), only(WITH_NAMES, 405)),
    "decided_purchases": Address(only(WITH_NAMES) | {LIMITED: 302}, only(WITH_NAMES, 405)),
    "undo_purchases": Address(only(BUYING, 405), only(BUYING, 404), {"act": 1}),
    "purchase": Address(only(WITH_NAMES), only(WITH_NAMES, 405), {"number": _PURCHASE}),
    "split_purchase": Address(only(BUYING, 405), only(BUYING, 404), {"number": _PURCHASE}),
    "join_purchases": Address(only(BUYING, 405), only(BUYING, 404), {"number": _PURCHASE}),
    "notices": Address(everybody_signed_in(), everybody_signed_in(302)),
    "webhooks": Address(only(SEEING_WEBHOOKS), only(CHANGING_WEBHOOKS)),
    "webhook": Address(only(SEEING_WEBHOOKS), only(SEEING_WEBHOOKS, 405), {"webhook_id": _WEBHOOK}),
    "webhook_switch": Address(
        only(CHANGING_WEBHOOKS, 405), only(CHANGING_WEBHOOKS, 302), {"webhook_id": _WEBHOOK}
    ),
    "webhook_secret": Address(
        only(CHANGING_WEBHOOKS, 405), only(CHANGING_WEBHOOKS, 302), {"webhook_id": _WEBHOOK}
    ),
    "webhook_test": Address(
        only(CHANGING_WEBHOOKS, 405), only(CHANGING_WEBHOOKS, 302), {"webhook_id": _WEBHOOK}
    ),
    "webhook_replay": Address(
        only(CHANGING_WEBHOOKS, 405), only(CHANGING_WEBHOOKS, 302), {"delivery_id": _DELIVERY}
    ),
    "privacy": Address(everybody_signed_in(), everybody_signed_in(405)),
    "requests": Address(only((Role.PRIVACY_OFFICER, Role.AUDITOR)), only((Role.PRIVACY_OFFICER,))),
    "roles": Address(only(SEEING_ROLES), only(SEEING_ROLES, 405)),
    "role_account": Address(
        only((Role.ADMINISTRATOR,), 404), only((Role.ADMINISTRATOR,), 404), {"user_id": 0}
    ),
    "openings": Address(
        only((Role.PRIVACY_OFFICER, Role.AUDITOR)), only((Role.PRIVACY_OFFICER, Role.AUDITOR), 405)
    ),
    "overlaps": Address(only(COMPANY), only(COMPANY, 405)),
    "overlaps_export": Address(only(COMPANY), only(COMPANY, 405)),
    # No two tools overlap, no case is open, nobody was asked: see test_overlap_pages, test_owner_pages.
    "overlap": Address(only(COMPANY, 404), only(COMPANY, 405), {"capability": "chat"}),
    "accept_overlap": Address(
        only((Role.PROCUREMENT,), 405), only((Role.PROCUREMENT,), 302), {"capability": "chat"}
    ),
    "plan_case": Address(
        only((Role.PROCUREMENT,), 404), only((Role.PROCUREMENT,), 404), {"capability": "chat"}
    ),
    "reopen_overlap": Address(
        only((Role.PROCUREMENT,), 405), only((Role.PROCUREMENT,), 302), {"capability": "chat"}
    ),
    "cases": Address(only(WHOLE_WITH_NAMES), only(WHOLE_WITH_NAMES, 405)),
    "case": Address(only(WHOLE_WITH_NAMES, 404), only(WHOLE_WITH_NAMES, 404), {"case_id": 1}),
    "owners": Address(only(WITH_NAMES), only(WITH_NAMES, 405)),
    "owner_of": Address(only(WITH_NAMES), only(NAMING, 302), {"key": "openai/chatgpt"}),
    "hand_over": Address(only(NAMING, 405), only(NAMING, 302)),
    "withdraw_request": Address(only(NAMING, 405), only(NAMING, 404), {"request_id": 1}),
    "asked": Address(everybody_signed_in(), everybody_signed_in(405)),
    "answer_request": Address(everybody_signed_in(405), everybody_signed_in(404), {"request_id": 1}),
}


def names_of_all(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of_all(pattern.url_patterns)
        else:
            yield pattern.name or str(pattern.pattern)


def test_every_address_stands_in_the_matrix_and_every_line_is_an_address():
    names = list(names_of_all(get_resolver().url_patterns))
    assert sorted(names) == sorted(MATRIX)


@pytest.fixture
def company(monkeypatch):
    """A tool that Sales uses, and a scan to withdraw."""
    monkeypatch.setattr(sources.run_scan, "delay", lambda number: None)
    monkeypatch.setattr(webhooks.send_notices, "delay", lambda: None)
    rows.product("openai/chatgpt", "ChatGPT", capability="chat")
    lena = rows.person("lena@corp.example", "Sales", name="Lena Voss")
    rows.spend(rows.descriptor("openai/chatgpt"), "20", date(2026, 3, 4), person=lena, department="Sales")
    maybe = rows.descriptor("", Descriptor.State.REVIEW, form="zorblaxo ai")
    rows.spend(maybe, "9", date(2026, 3, 4), person=lena, department="Sales")
    rollups.apply()
    return rows.scan()


def delivery_to_a_webhook() -> Delivery:
    now = timezone.now()
    webhook = Webhook.objects.create(name="siem", url="https://siem.example/", secret=b"", since=now)
    return Delivery.objects.create(webhook=webhook, event_id="evt_1", next_at=now, made_at=now)


def signed_in_as(audience: str) -> Client:
    client = Client()
    if audience == STRANGER:
        return client
    user, _ = get_user_model().objects.get_or_create(username="u@corp.example", email="u@corp.example")
    if audience == LIMITED:
        set_access(user, roles=[Role.SECURITY], departments=["Sales"], actor="hanna", reason="leads it")
    elif audience != NO_ROLE:
        user.groups.add(Group.objects.get_or_create(name=audience)[0])
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


#: Procurement sees most, the other a part: so every query that pages make is asked on each database.
@pytest.mark.parametrize("audience", on_each_database((Role.PROCUREMENT, LIMITED), AUDIENCES))
def test_everybody_gets_what_the_matrix_says(company, audience):
    role = Role.SECURITY if audience == LIMITED else audience
    client = signed_in_as(audience)
    found, wanted = {}, {}
    told = delivery_to_a_webhook()
    for name, address in MATRIX.items():
        arguments = dict(address.arguments)
        if arguments.get("code") is _PSEUDONYM:
            arguments["code"] = pseudonym("lena@corp.example", role)
        for word in ("scan", "scan_id"):
            if arguments.get(word) is _SCAN:
                arguments[word] = company.pk
        if arguments.get("scan_id") is _SCAN:
            arguments["scan_id"] = company.pk
        if arguments.get("source_id") is _SOURCE:
            arguments["source_id"] = company.source_id
        if arguments.get("number") is _TEXT:
            arguments["number"] = Descriptor.objects.get(state=Descriptor.State.REVIEW).pk
        if arguments.get("number") is _PURCHASE:
            arguments["number"] = Purchase.objects.get(booked=True).pk
        if arguments.get("webhook_id") is _WEBHOOK:
            arguments["webhook_id"] = told.webhook_id
        if arguments.get("delivery_id") is _DELIVERY:
            arguments["delivery_id"] = told.pk
        target = reverse(name, kwargs=arguments)
        for method in ("get", "post"):
            response = getattr(client, method)(target)
            if name == "account_logout":
                client = signed_in_as(audience)
            found[name, method] = response.status_code
            wanted[name, method] = getattr(address, method)[audience]
            if audience == STRANGER and response.status_code == 302 and not name.startswith("account_"):
                assert response["Location"].startswith("/accounts/login/?next="), name
    assert found == wanted
