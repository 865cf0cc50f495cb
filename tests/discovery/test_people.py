"""Who a record is about, whichever of the files that say so comes first."""

from __future__ import annotations

from itertools import permutations

import pytest

from discovery.models import Person, Record
from tests.discovery.logical_state import links_of_what_counts, undone

DIRECTORY = """
    person id=1 email=ann@corp.example login=adoe given=Ann family=Doe department=Sales
    person id=2 email=bob.lee@corp.example aliases=bob@corp.example given=Robert family=Lee
    person id=3 email=max@corp.example given=Maximiliane family=von-Habsburg-Lothringen
"""


def about() -> list[str | None]:
    return sorted(Record.objects.values_list("person__email", flat=True), key=str)


class TestTheHint:
    @pytest.mark.parametrize(
        ("hint", "person"),
        [
            ("email=ann@corp.example", "ann@corp.example"),
            ("email=ANN@CORP.example", "ann@corp.example"),
            ("email=bob@corp.example", "bob.lee@corp.example"),
            ("login=ADoe", "ann@corp.example"),
            ("login=ann@corp.example", "ann@corp.example"),
            ("name=DOE/ANN", "ann@corp.example"),
            ('name="A DOE"', "ann@corp.example"),
            ('name="MAXIMILIANE VON HABSBURG L"', "max@corp.example"),
            ("email=new@corp.example", "new@corp.example"),
            ('name="SOMEBODY ELSE"', None),
        ],
    )
    def test_leads_to_one_person_or_to_nobody(self, files, hint, person):
        files.scan("directory", DIRECTORY)
        files.scan("expense", f"spend account=a {hint}")
        assert about() == [person]

    def test_of_somebody_the_directory_lacks_makes_a_person_that_goes_with_the_record(self, files):
        scan = files.scan("expense", "spend account=a email=new@corp.example")
        assert not Person.objects.get().in_directory
        files.withdraw(scan)
        assert not Person.objects.exists()

    def test_an_address_that_two_share_is_nobodys(self, files):
        files.scan(
            "directory",
            "person id=1 email=a@corp.example aliases=team@corp.example\n"
            "person id=2 email=b@corp.example aliases=team@corp.example",
        )
        files.scan("expense", "spend account=a email=team@corp.example")
        assert about() == [None]


class TestACard:
    LUNCHES = 'spend account=a card=1111 name="ANN DOE" text="LUNCH BAR" id=1\n' * 2

    def test_is_tied_by_sealed_rows_in_any_order(self, files):
        """A card's lunches name its holder; its ChatGPT charge in the bank's feed does not."""
        worlds = [
            ("directory", DIRECTORY),
            ("card", self.LUNCHES),
            ("bank", "spend account=b card=1111 payment=card"),
        ]
        for order in permutations(worlds):
            with undone():
                for kind, text in order:
                    files.scan(kind, text)
                assert about() == ["ann@corp.example"]
                assert links_of_what_counts()

    def test_is_untied_when_what_tied_it_is_withdrawn(self, files):
        files.scan("directory", DIRECTORY)
        files.scan("bank", "spend account=b card=1111 payment=card")
        tied = files.scan("card", self.LUNCHES)
        assert about() == ["ann@corp.example"]
        files.withdraw(tied)
        assert about() == [None]

    def test_of_two_people_who_stand_beside_it_equally_often_is_nobodys(self, files):
        files.scan("directory", DIRECTORY)
        files.scan(
            "card",
            'spend account=a card=1111 name="ANN DOE" text=LUNCH\n'
            "spend account=a card=1111 email=bob@corp.example text=LUNCH date=2026-03-05",
        )
        files.scan("bank", "spend account=b card=1111 payment=card")
        assert about() == [None]

    def test_a_restated_holder_takes_the_old_ones_place(self, files):
        files.scan("directory", DIRECTORY)
        wrong = "spend account=a id=1 card=1111 text=LUNCH email=bob@corp.example stated=2026-03-08"
        files.scan("card", wrong)
        files.scan("card", wrong.replace("bob@", "ann@").replace("-08", "-09"))
        files.scan("bank", "spend account=b card=1111 payment=card")
        assert about() == ["ann@corp.example"]
