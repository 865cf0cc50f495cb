"""Pages of notices, webhooks, roles and requests: readable at any width, and axe finds nothing."""

from __future__ import annotations

import pytest
from django.utils import timezone

from discovery.models import SealOpening
from inventory.access import Role
from inventory.models import AccessChange, DataRequest, Delivery, DeliveryTry, Webhook, WebhookChange
from tests.browser.conftest import a_user
from tests.browser.reading import faults_of


@pytest.fixture
def told(transactional_db) -> dict[str, int]:
    """A webhook with a delivery that failed, a change of roles and a request; numbers for addresses."""
    now = timezone.now()
    webhook = Webhook.objects.create(
        name="siem", url="https://siem.example/a/long/address/" + "x" * 60, secret=b"", since=now
    )
    WebhookChange.objects.create(webhook=webhook, what="made", actor="hanna", reason="audit", made_at=now)
    delivery = Delivery.objects.create(
        webhook=webhook, event_id="evt_0123456789abcdef0123456789abcdef", next_at=now, made_at=now, tries=1
    )
    DeliveryTry.objects.create(delivery=delivery, at=now, status=503, answer="come back later")
    access = {"roles": ["security"], "departments": None}
    AccessChange.objects.create(account="a@b.c", before=access, after=access, actor="hanna", reason="joins")
    DataRequest.objects.create(person="7Q4K-M2PD", records=3, actor="p@b.c", reason="letter", made_at=now)
    for state, answer in (
        ("waiting", {}),
        ("refused", {"answered_by": "p@b.c", "answer_reason": "too wide"}),
    ):
        SealOpening.objects.create(
            key=state, product="own/a-very-long-name-of-a-tool", asked_by="h@b.c", reason="audit",
            descriptors=3, records=12, state=state, answered_at=now, **answer,
        )  # fmt: skip
    return {"webhook": webhook.pk, "account": a_user(Role.AUDITOR).pk}


@pytest.mark.once
@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        (Role.SECURITY, ["/notices/", "/webhooks/", "/webhooks/{webhook}/"]),
        (Role.ADMINISTRATOR, ["/notices/", "/roles/", "/roles/{account}/"]),
        (
            Role.PRIVACY_OFFICER,
            ["/privacy/", "/privacy/requests/", "/privacy/sealed/", "/webhooks/{webhook}/"],
        ),
    ],
)
def test_they_can_be_read_by_anybody(told, sign_in, role, addresses):
    assert faults_of(sign_in(role), [address.format(**told) for address in addresses]) == {}
