"""Lines of clouds' bills for machines with chips for AI are told by the family of the machine."""

from __future__ import annotations

import pytest

from tests.matching.small_catalog import ENTRIES
from vendors.matching import Decision, Matcher, describe
from vendors.matching.accelerators import machine


@pytest.mark.parametrize(
    ("form", "product", "sure"),
    [
        ("amazon elastic compute cloud boxusage:p5.48xlarge", "amazon/ec2-accelerated", True),
        ("amazonec2 spotusage:trn2.48xlarge", "amazon/ec2-accelerated", True),
        ("amazon elastic compute cloud boxusage:g4dn.xlarge", "amazon/ec2-accelerated", False),
        ("virtual machines ndsr h200 v5 series", "microsoft/azure-gpu", True),
        ("virtual machines ncast4 v3 series nc8as t4 v3", "microsoft/azure-gpu", False),
        ("compute engine nvidia b200 gpu running in iowa", "google/cloud-accelerators", True),
        ("cloud tpu tpu v6e running in tulsa", "google/cloud-accelerators", True),
        ("compute engine g2 instance ram running in iowa", "google/cloud-accelerators", False),
    ],
)
def test_a_machine_is_told_by_its_family(form: str, product: str, sure: bool) -> None:
    found = machine(form)
    assert found is not None
    assert (found.product, found.sure) == (product, sure)
    assert found.named in form


@pytest.mark.parametrize(
    "form",
    [
        "amazon elastic compute cloud boxusage:m5.large",
        "amazon elastic compute cloud boxusage:i3.xlarge",
        "amazon elastic compute cloud ebs:volumeusage.gp3",
        "amazon relational database service instanceusage:db.r6g.large",
        "virtual machines dsv5 series",
        "virtual machines ncc series confidential",
        "compute engine n2 instance core running in frankfurt",
        "p5.48xlarge",
        "trip to a2 instance fair",
    ],
)
def test_ordinary_machines_and_other_texts_are_none(form: str) -> None:
    assert machine(form) is None


def test_without_the_product_in_the_catalog_a_line_is_no_booking() -> None:
    answer = Matcher(ENTRIES).recognise(
        describe("procurement", "Amazon Elastic Compute Cloud BoxUsage:p5.48xlarge")
    )
    assert answer.decision != Decision.MATCH


def test_a_person_decides_on_machines_that_draw_pictures_too(shipped_catalog) -> None:
    matcher = Matcher(shipped_catalog.entries())
    answer = matcher.recognise(describe("procurement", "Amazon Elastic Compute Cloud BoxUsage:g6e.xlarge"))
    assert (answer.decision, answer.product) == (Decision.REVIEW, "amazon/ec2-accelerated")
    assert "draw pictures" in answer.reasons[0]
