"""The catalog's pages: found as one types, with what is known and what is not, and errors reported."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.urls import reverse

from inventory.access import Role
from inventory.catalog_search import SHOWN, search
from inventory.models import CatalogCorrection, Tool
from inventory.reach import Reach
from tests.inventory import rows
from tests.inventory.test_deciding import limited, words_of
from tests.vendors.folders import ACME, LUMEN, lumen, write_catalog
from vendors.load import load_catalog

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CATALOG = reverse("catalog")
DRAFT = reverse("catalog_product", args=["lumen/draft"])
REPORT = reverse("report_error", args=["lumen/draft"])
REPORTS = reverse("corrections")
EVERYTHING = Reach()


@pytest.fixture(autouse=True)
def loaded(tmp_path):
    load_catalog(write_catalog(tmp_path, acme=ACME, lumen=LUMEN), today=date(2026, 10, 8))
    return tmp_path


def keys(query="", capability=""):
    found, number = search(query, capability, EVERYTHING)
    assert number == len(found)
    return [one.key for one in found]


@pytest.mark.parametrize("query", ["lumen", "LUMEN DRAFT", "draft", "lumen.example", " Lum "])
def test_a_product_is_found_by_name_word_maker_and_domain(query):
    assert keys(query) == ["lumen/draft"]


def test_a_product_is_found_by_other_names_of_it_and_of_its_maker():
    assert keys("lantern") == ["acme/brightchat"]
    assert keys("Acme Robotics") == ["acme/brightchat"]
    assert keys("nothing like it") == []


def test_what_fits_best_comes_first():
    for key, name in (("x/a", "My Lumen"), ("x/b", "Lumen"), ("x/c", "Prelumen"), ("x/d", "Lumen Pro")):
        rows.product(key, name)
    assert keys("lumen") == ["x/b", "lumen/draft", "x/d", "x/a", "x/c"]


def test_of_what_fits_alike_comes_first_what_is_known_best():
    rows.product("x/e", "Lumen Alpha")
    assert keys("lumen") == ["lumen/draft", "x/e"]


def test_a_capability_narrows_and_alone_lists_all_of_it():
    assert keys(capability="meeting-notes") == ["acme/brightchat"]
    assert keys(capability="general-chat") == ["lumen/draft", "acme/brightchat"]
    assert keys("lumen", "meeting-notes") == []
    assert keys() == []


def test_the_page_says_how_many_of_how_many_it_shows(signed_in):
    for number in range(SHOWN + 5):
        rows.product(f"many/m{number:02}", f"Manifold {number}")
    words = words_of(signed_in(Role.FINANCE).get(CATALOG, {"q": "manifold"}))
    assert f"{SHOWN} of {SHOWN + 5}; type more to narrow it" in words


def test_before_anything_is_typed_stands_what_there_is_and_what_it_rests_on(signed_in):
    words = words_of(signed_in(Role.PRIVACY_OFFICER).get(CATALOG))
    assert "The catalog holds 2 products, 4 facts and 1 list prices." in words
    assert "Plans are known of 1 products, of 1 of them from a source." in words
    assert "1 have a category, plans and their maker’s country; of 1 of these it is known" in words
    assert "first hand 3 1 second hand 0 0 general knowledge, not checked 1 0 All 4 1" in words
    assert "General chat 2" in words


def test_a_list_tells_facts_and_status_and_what_is_not_found_is_not_called_safe(signed_in):
    Tool.objects.create(key="lumen/draft", vendor="lumen", status="sanctioned")
    client = signed_in(Role.PROCUREMENT)
    words = words_of(client.get(CATALOG, {"q": "lumen"}))
    assert "Lumen Draft Lumen · lumen.example General chat 4 Sanctioned" in words
    assert "none yet not in use" in words_of(client.get(CATALOG, {"q": "brightchat"}))
    assert "unknown is not safe" in words_of(client.get(CATALOG, {"q": "nothing like it"}))
    assert words_of(client.get(CATALOG, {"q": "lumen", "capability": "no-such-job"})) == words


def test_what_is_spelt_nearly_so_is_offered_and_said_to_be_a_guess(signed_in):
    words = words_of(signed_in(Role.PROCUREMENT).get(CATALOG, {"q": "brihgtchat"}))
    assert "Nothing is called “brihgtchat”. Do you mean one of these? spelt nearly so" in words
    assert "Brightchat Acme" in words
    assert "unknown is not safe" not in words


def test_who_is_limited_learns_of_no_tool_beyond_their_departments():
    Tool.objects.create(key="lumen/draft", vendor="lumen", status="sanctioned")
    client = limited(["Sales"])
    assert "not in use" in words_of(client.get(CATALOG, {"q": "lumen"}))
    assert "Not in the inventory that you see." in words_of(client.get(DRAFT))


def test_a_product_stands_with_facts_plans_prices_and_what_is_unknown(signed_in):
    words = words_of(signed_in(Role.FINANCE).get(DRAFT))
    assert "Lumen Draft Lumen (Norway) · General chat · lumen.example" in words
    assert "Trains on what people enter no Team lumen.example first hand" in words
    assert "for each seat a month, charged by the year, from 5 seats on" in words
    assert "USD 40.00" in words
    # Half a year behind that day the page says that it is stale.
    fresh = words.replace("stale: ", "")
    assert "Free free plan: lumen.example first hand, seen on 7 Oct 2026 price unknown" in fresh
    assert "Audit log Unknown" in words


def test_a_price_that_held_before_stays_on_the_page(signed_in, loaded):
    later = lumen(('"40.00"', '"45.00"'), ('pricing"\nseen = 2026-10-07', 'pricing"\nseen = 2026-11-15'))
    load_catalog(write_catalog(loaded, acme=ACME, lumen=later), today=date(2026, 11, 20))
    words = words_of(signed_in(Role.FINANCE).get(DRAFT))
    assert "until 15 Nov 2026: USD 40.00 for each seat a month" in words
    assert "USD 45.00" in words


def test_what_is_allowed_here_for_the_same_is_named(signed_in):
    client = signed_in(Role.SECURITY)
    assert "No tool that does the same is sanctioned." in words_of(client.get(DRAFT))
    for key, status in (("acme/brightchat", "sanctioned"), ("lumen/draft", "sanctioned")):
        Tool.objects.create(key=key, vendor=key.partition("/")[0], status=status)
    rows.product("other/writer", "Writer", capability="writing")
    Tool.objects.create(key="other/writer", vendor="other", status="sanctioned")
    words = words_of(client.get(DRAFT))
    assert "What is allowed here for the same B Brightchat Acme Sanctioned" in words
    assert "Writer" not in words
    # What does it beside its main job counts too, and what is prohibited does not.
    rows.product("third/notes", "Notes", capability="meeting-notes")
    assert "Brightchat" in words_of(client.get(reverse("catalog_product", args=["third/notes"])))
    Tool.objects.filter(key="acme/brightchat").update(status="prohibited")
    assert "Brightchat" not in words_of(client.get(DRAFT))


def test_what_left_the_catalog_keeps_its_page(signed_in, loaded):
    load_catalog(write_catalog(loaded, acme=ACME))
    client = signed_in(Role.FINANCE)
    assert "It is no longer in the catalog." in words_of(client.get(DRAFT))
    assert keys("lumen") == []
    assert client.get(reverse("catalog_product", args=["no/such"])).status_code == 404


# --- errors -------------------------------------------------------------------------------------------


def typed(**form):
    return {"said": "Team trains too.", "attribute": "training.default", "source": "", **form}


def test_an_error_is_reported_once_and_its_author_reads_the_answer(signed_in):
    client = signed_in(Role.FINANCE)
    for _ in range(2):
        assert client.post(REPORT, typed(source="https://lumen.example/terms")).status_code == 302
    one = CatalogCorrection.objects.get()
    assert (one.product, one.attribute, one.said) == ("lumen/draft", "training.default", "Team trains too.")
    assert (one.actor, one.source) == ("finance@corp.example", "https://lumen.example/terms")
    assert "Team trains too. reported by you" in words_of(client.get(DRAFT))

    administrator = signed_in(Role.ADMINISTRATOR)
    words = words_of(administrator.get(REPORTS))
    assert "1 report of an error waits" in words
    assert "Trains on what people enter Team trains too." in words
    settled = administrator.post(reverse("settle_correction", args=[one.pk]), {"answer": "Corrected."})
    assert settled.status_code == 302
    assert "No report of an error waits" in words_of(administrator.get(REPORTS))
    assert "Corrected." in words_of(client.get(DRAFT))
    assert "Team trains too." not in words_of(administrator.get(DRAFT))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"said": "  "}, "Say what is wrong"),
        ({"said": "x" * 501}, "at most 500"),
        ({"attribute": "juggling"}, "from the list"),
        ({"source": "their pages"}, "https://"),
    ],
)
def test_a_report_that_cannot_be_taken_says_why_and_loses_nothing(signed_in, form, words):
    response = signed_in(Role.FINANCE).post(REPORT, typed(**form))
    assert response.status_code == 422
    assert any(words in str(message) for message in get_messages(response.wsgi_request))
    assert typed(**form)["said"].strip() in response.content.decode()
    assert not CatalogCorrection.objects.exists()


def test_a_report_is_settled_once_and_with_a_word(signed_in):
    signed_in(Role.FINANCE).post(REPORT, typed())
    one = CatalogCorrection.objects.get()
    client, address = signed_in(Role.ADMINISTRATOR), reverse("settle_correction", args=[one.pk])
    client.post(address, {"answer": " "})
    assert CatalogCorrection.objects.get().settled_at is None
    client.post(address, {"answer": "It is right as it is."})
    client.post(address, {"answer": "Corrected."})
    assert CatalogCorrection.objects.get().answer == "It is right as it is."
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogCorrection.objects.filter(pk=one.pk).update(settled_by="")


@pytest.mark.once
@pytest.mark.parametrize("number", [1, 50])
def test_pages_ask_as_often_for_many_rows_as_for_one(signed_in, django_assert_max_num_queries, number):
    for one in range(number):
        rows.product(f"many/m{one:02}", f"Manifold {one}", capability="general-chat")
        Tool.objects.create(key=f"many/m{one:02}", vendor="many", status="sanctioned")
    client = signed_in(Role.SECURITY)
    with django_assert_max_num_queries(23):
        client.get(CATALOG, {"q": "manifold"})
    with django_assert_max_num_queries(28):
        client.get(DRAFT)
