"""What is not AI stands nowhere readable, and comes back to the cent when the catalog learns of it."""

from __future__ import annotations

import pytest
from django.db import connection

from discovery import descriptor_store, merging, scans
from discovery.derive import derive
from discovery.models import DataKey, Descriptor, Purchase, Record, SealedBlock, Source
from discovery.recognition_columns import descriptor_key, opened
from discovery.reconcile import behind, reconcile_all
from discovery.reconsider import reconsider
from discovery.sealing import Vault, destroy_keys, keyed
from tests.discovery.logical_state import everything, forms_of_sealed, undone
from vendors.matching import Descriptor as Text

SECRETS = (b"LUNCH", b"lunch", b"Nemo", b"NEMO", b"nemo@corp", b"471100")
FILE = """
    spend account=a amount=12 id=471100 text="LUNCH BAR" name=NEMO email=nemo@corp.example
    spend account=a amount=20
    spend account=a amount=9 id=3 text="MAYBE TOOL"
"""


def whole_database() -> bytes:
    """Every value of every table of ours, as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("discovery_"):
                cursor.execute(f'SELECT * FROM "{table}"')
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode()
                          for row in cursor.fetchall() for v in row]  # fmt: skip
    return b"\0".join(found)


def rematch() -> None:
    reconsider()
    reconcile_all()
    derive()


def paid(vendor: str) -> list[int]:
    return sorted(
        a // 1_000_000 for a in Purchase.objects.filter(vendor=vendor).values_list("amount", flat=True)
    )


class TestAtRest:
    def test_nothing_of_an_ordinary_merchant_is_readable(self, files):
        files.scan("card", FILE)
        stored = whole_database()
        assert b"maybe tool" in stored  # the search finds what is open
        assert not [secret for secret in SECRETS if secret in stored]
        assert forms_of_sealed() == {"lunch bar"}

    def test_nothing_is_readable_while_it_is_only_staged(self, files, monkeypatch):
        scan = files.open("card", FILE)
        monkeypatch.setattr(merging, "merge", _stop)
        with pytest.raises(_Stopped):
            scans.run(scan.pk)
        assert scan.chunks.exists()
        assert not [secret for secret in (*SECRETS, b"CHATGPT") if secret in whole_database()]

    def test_what_a_person_decides_is_not_ai_is_sealed_with_its_purchase(self, files, catalog):
        files.scan("card", FILE)
        assert Purchase.objects.count() == 2
        del catalog.words["maybe"]
        rematch()
        assert paid("openai") == [20]
        assert Purchase.objects.count() == 1
        assert b"MAYBE" not in whole_database()
        assert b"maybe" not in whole_database()
        assert sum(block.sums["EUR"][1] for block in SealedBlock.objects.all()) == 21_000_000


class _Stopped(BaseException):
    pass


def _stop(*_: object) -> None:
    raise _Stopped


class TestWhatAGrantMayRead:
    GRANTS = """
        grant id=1 app="MAYBE TOOL" scopes=openid,Mail.Read
        grant id=2 app="LUNCH BAR" scopes=Files.Read.All url=https://www.lunch.example/start
        grant id=3 app="LUNCH BAR" scopes=openid url=https://www.lunch.example/start
    """

    def test_stands_beside_the_text_and_is_sealed_with_it(self, files):
        files.scan("grant", self.GRANTS)
        assert Descriptor.objects.get(form="maybe tool").asks == "mail"
        sealed = Descriptor.objects.filter(state=Descriptor.State.SEALED)
        assert [one.asks for one in sealed] == ["", ""]
        vault = Vault()
        inside = {(said.host, said.asks) for one in sealed if (said := opened(vault, one))}
        assert inside == {("lunch.example", "files"), ("lunch.example", "")}

    def test_is_sealed_and_opened_again_as_the_catalog_says(self, files, catalog):
        files.scan("grant", self.GRANTS)
        del catalog.words["maybe"]
        rematch()
        assert not Descriptor.objects.exclude(asks="").exists()
        catalog.learn("lunch", "lunch/bar")
        rematch()
        assert set(Descriptor.objects.filter(product="lunch/bar").values_list("asks", flat=True)) == {
            "files",
            "",
        }

    def test_a_text_that_asks_for_nothing_keeps_the_key_that_it_had(self):
        before = keyed(b"descriptor", "\x1f".join(("oauth", "lunch bar", "", "", "")))
        assert descriptor_key(Text("oauth", "lunch bar")) == before


class TestWhenTheCatalogGrows:
    def test_last_years_purchases_appear_as_if_they_had_always_been_known(self, files, catalog):
        Source.objects.create(pk=2_000, name="fake_card", connector="fake_card", kind="card")
        with undone():
            files.scan("card", FILE)
            catalog.learn("lunch", "lunch/bar")
            rematch()
            later = everything()
            assert paid("lunch") == [12]
        with undone():
            files.scan("card", FILE)
            at_once = everything()
        assert later == at_once

    def test_and_shrinks_again_everything_is_as_it_was(self, files, catalog):
        files.scan("card", FILE)
        before = everything()
        catalog.learn("lunch", "lunch/bar")
        rematch()
        del catalog.words["lunch"]
        rematch()
        assert everything() == before

    def test_while_a_scan_is_merging_its_records_are_found_all_the_same(self, files, catalog, monkeypatch):
        """The descriptor changes sides between the look at it and the commit of its records."""
        real = descriptor_store.DescriptorStore.resolve

        def resolve(store, descriptors):
            known = real(store, descriptors)
            if "lunch" not in catalog.words:
                catalog.learn("lunch", "lunch/bar")
                reconsider()
                assert reconcile_all() == behind()  # the source is being written by the scan
            return known

        monkeypatch.setattr(descriptor_store.DescriptorStore, "resolve", resolve)
        files.scan("card", FILE)
        assert paid("lunch") == [12]

    def test_between_asking_and_storing_an_answer_the_newer_catalog_holds(self, files, catalog, monkeypatch):
        real = descriptor_store.DescriptorStore._row

        def row(store, key, descriptor):
            answered = real(store, key, descriptor)
            if "lunch" not in catalog.words:
                catalog.learn("lunch", "lunch/bar")
                reconsider()
            return answered

        monkeypatch.setattr(descriptor_store.DescriptorStore, "_row", row)
        files.scan("card", FILE)
        assert paid("lunch") == [12]

    def test_after_the_months_key_is_destroyed_nothing_appears(self, files, catalog):
        files.scan("card", FILE)
        assert destroy_keys(source_id=Source.objects.get().pk, month="2026-03") == 1
        catalog.learn("lunch", "lunch/bar")
        rematch()
        assert paid("lunch") == []
        assert SealedBlock.objects.get().sums == {"EUR": [1, 12_000_000]}

    def test_after_the_texts_key_is_destroyed_too_rematch_still_works(self, files, catalog):
        files.scan("card", FILE)
        destroy_keys(source_id=None, month="2026-03")
        catalog.learn("lunch", "lunch/bar")
        rematch()
        assert paid("lunch") == []
        assert Descriptor.objects.filter(state=Descriptor.State.SEALED).count() == 1

    def test_a_withdrawal_removes_what_nobody_can_open_any_more(self, files):
        scan = files.scan("card", FILE)
        destroy_keys(source_id=Source.objects.get().pk, month="2026-03")
        files.withdraw(scan)
        assert not SealedBlock.objects.exists()
        assert not Record.objects.exists()


class TestDataKeys:
    def test_are_one_for_each_source_and_month_and_one_for_the_months_texts(self, files):
        files.scan("card", FILE)
        files.scan("expense", FILE)
        for _ in range(2):
            Vault().key(None, "2026-03")
        assert DataKey.objects.filter(source=None, month="2026-03").count() == 1
        assert DataKey.objects.filter(month="2026-03").count() == 3
