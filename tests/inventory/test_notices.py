"""Notices: what happened is told once, and digests go to who wants them, of what they may read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from discovery.models import Person
from inventory import rollups
from inventory.access import Role
from inventory.decisions import Change, decide, undo
from inventory.declaration_models import Outcome
from inventory.declarations import answer_declaration
from inventory.flags.keep import check_all
from inventory.granting import set_access
from inventory.models import Declaration, Digest, Flag, FlagSubject, Notice, NoticeChoice, Tool
from inventory.notice_models import NoticeKind, Outgoing
from inventory.notices import digests, outbox
from inventory.notices.gather import SUMMED_FROM, gather
from inventory.notices.sentences import sentence
from inventory.ownership_requests import ask, withdraw
from tests.inventory import rows

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)  # a Tuesday
NEXT_MORNING = datetime(2026, 3, 11, 8, tzinfo=UTC)


@pytest.fixture
def read_before(db):
    """A source whose first reading is told of already, and ChatGPT found in it."""
    use("openai/chatgpt", "ChatGPT")
    applied()
    gather(NOW)
    return Notice.objects.get(kind=NoticeKind.SUMMARY)


def use(key: str, name: str) -> None:
    rows.product(key, name)
    rows.spend(rows.descriptor(key), "20", date(2026, 3, 4))


def applied(source: str = "cards") -> None:
    rows.scan(rows.source(source), finished_at=NOW)
    rollups.apply()
    check_all(NOW)


def flag(tool: str, severity: str = "high", **columns: object) -> Flag:
    columns = {"rule": "decided.not-decided", "about": FlagSubject.TOOL, **columns}
    return Flag.objects.create(
        subject=tool, severity=severity, since=NOW.date(), detail={}, evidence="", opened_at=NOW, **columns
    )


def happened(kind: NoticeKind, of: str, **columns: object) -> Notice:
    return Notice.objects.create(kind=kind, of=of, happened_at=NOW, made_at=NOW, **columns)


def declared(tool: str, name: str) -> Declaration:
    """Ada's, in review."""
    return Declaration.objects.create(
        account="ada@corp.example",
        person="ada@corp.example",
        tool=tool,
        name=name,
        purpose="summaries",
        data=["public"],
        payer="nobody",
        colleagues="alone",
        outcome=Outcome.REVIEW,
        due=NOW.date(),
        declared_at=NOW,
    )


def said(notice: Notice) -> str:
    return sentence(notice, tools=notice.tools, with_flags=True)


def kinds() -> list[str]:
    return sorted(Notice.objects.filter(summed_in=None).values_list("kind", flat=True))


def test_the_first_reading_of_a_source_is_one_summary(read_before):
    assert kinds() == [NoticeKind.SUMMARY]
    assert read_before.facts["sources"] == ["cards"]
    assert read_before.facts["counts"][NoticeKind.TOOL_SEEN] == 1
    seen = Notice.objects.get(kind=NoticeKind.TOOL_SEEN)
    assert (seen.of, seen.summed_in) == ("openai/chatgpt", read_before)


def test_a_tool_that_comes_later_is_an_event_of_its_own_and_told_once(read_before):
    use("anthropic/claude", "Claude")
    applied()
    assert gather(NOW) >= 1
    assert gather(NOW) == 0
    told = Notice.objects.get(kind=NoticeKind.TOOL_SEEN, summed_in=None)
    assert (told.of, told.facts["names"]) == ("anthropic/claude", {"anthropic/claude": "Claude"})


def test_nothing_is_told_of_half_a_scan(read_before):
    use("anthropic/claude", "Claude")
    applied()
    arriving = rows.scan(state="merging")
    assert gather(NOW) == 0
    arriving.delete()
    assert gather(NOW) >= 1


def test_much_at_once_is_one_summary(read_before):
    Flag.objects.all().delete()
    for number in range(SUMMED_FROM):
        flag(f"maker/tool-{number}", "critical" if number == 0 else "low")
    gather(NOW)
    summary = Notice.objects.filter(kind=NoticeKind.SUMMARY).latest("pk")
    assert summary.facts["counts"] == {NoticeKind.FLAG_OPENED: SUMMED_FROM}
    assert summary.facts["flags_opened"] == {"critical": 1, "low": SUMMED_FROM - 1}
    assert summary.severity == "critical"


def test_a_flag_is_told_of_when_it_opens_and_when_it_closes(read_before):
    one = flag("openai/chatgpt", rule="access.reads-mail")
    covered = flag("openai/chatgpt", rule="plans.other", folded_under="access.reads-mail")
    gather(NOW)
    assert set(Notice.objects.filter(kind=NoticeKind.FLAG_OPENED, of=one.pk)) != set()
    assert not Notice.objects.filter(of=str(covered.pk), kind=NoticeKind.FLAG_OPENED).exists()
    Flag.objects.filter(pk__in=[one.pk, covered.pk]).update(state="closed", folded_under="", closed_at=NOW)
    gather(NOW)
    gather(NOW)
    closed = Notice.objects.filter(kind=NoticeKind.FLAG_CLOSED)
    assert [notice.of for notice in closed] == [str(one.pk)]


def test_a_decision_is_told_of_without_who_took_it(read_before):
    batch = decide(
        ["openai/chatgpt"], Change(status="sanctioned"), actor="hanna@corp.example", reason="x", now=NOW
    )
    gather(NOW)
    told = Notice.objects.get(kind=NoticeKind.TOOL_DECIDED)
    assert (told.of, told.facts["statuses"]) == (str(batch.pk), ["sanctioned"])
    assert "hanna" not in str(told.facts)
    undo(batch, actor="hanna@corp.example", reason="x", now=NOW)
    gather(NOW)
    assert Notice.objects.filter(kind=NoticeKind.TOOL_DECIDED, facts__undone=True).count() == 1


def test_a_review_date_is_told_of_once_for_each_date(read_before):
    for due in (date(2026, 3, 20), date(2026, 3, 20), date(2026, 4, 1), date(2027, 1, 1)):
        Tool.objects.update(review_due=due)
        gather(NOW)
    told = Notice.objects.filter(kind=NoticeKind.REVIEW_NEAR).order_by("pk")
    assert [notice.facts["review_due"] for notice in told] == ["2026-03-20", "2026-04-01"]


def test_a_silent_source_is_told_of_once_until_it_is_read_again(db):
    for week in range(4):
        rows.scan(finished_at=NOW + timedelta(weeks=week), applied_at=NOW)
    gather(NOW + timedelta(weeks=4))
    assert not Notice.objects.filter(kind=NoticeKind.SOURCE_SILENT).exists()
    gather(NOW + timedelta(weeks=8))
    gather(NOW + timedelta(weeks=9))
    told = Notice.objects.get(kind=NoticeKind.SOURCE_SILENT)
    assert told.facts == {"source": "cards", "kind": "card", "state": "silent", "days": 35, "every": 7}
    rows.scan(finished_at=NOW + timedelta(weeks=10), applied_at=NOW)
    gather(NOW + timedelta(weeks=20))
    assert Notice.objects.filter(kind=NoticeKind.SOURCE_SILENT).count() == 2


def test_who_is_asked_to_own_a_tool_is_told_once_and_alone(read_before):
    Person.objects.create(email="ada@corp.example", active=True, in_directory=True)
    asked = ask(
        "openai/chatgpt", "Ada@corp.example", technical=False, asked_by="x", reason="you pay", now=NOW
    )
    withdraw(
        ask("openai/chatgpt", "ada@corp.example", technical=True, asked_by="x", reason="y", now=NOW).pk,
        actor="x",
        now=NOW,
    )
    gather(NOW)
    gather(NOW)
    told = Notice.objects.get(kind=NoticeKind.OWNER_ASKED)
    assert (told.of, told.to, told.summed_in) == (str(asked.pk), "ada@corp.example", None)
    assert said(told) == "You are asked to be the owner of ChatGPT"


def test_who_declared_is_told_of_each_answer_once(read_before):
    declaration = declared("openai/chatgpt", "ChatGPT")
    gather(NOW)
    assert not Notice.objects.filter(kind=NoticeKind.DECLARATION_ANSWERED).exists()
    answer_declaration(declaration, Outcome.CONDITIONS, actor="sam@corp.example", reason="no names", now=NOW)
    gather(NOW)
    gather(NOW)
    answer_declaration(declaration, Outcome.REFUSED, actor="sam@corp.example", reason="breach", now=NOW)
    gather(NOW)
    told = list(Notice.objects.filter(kind=NoticeKind.DECLARATION_ANSWERED).order_by("pk"))
    assert {notice.to for notice in told} == {"ada@corp.example"}
    assert [said(notice) for notice in told] == [
        "Your declaration of ChatGPT: Allowed with conditions",
        "Your declaration of ChatGPT: Not allowed",
    ]
    assert "sam" not in str([notice.facts for notice in told])


def test_deciding_about_a_tool_tells_who_declared_it(read_before):
    declared("openai/chatgpt", "ChatGPT")
    decide(["openai/chatgpt"], Change(status="sanctioned"), actor="hanna@corp.example", reason="x", now=NOW)
    gather(NOW)
    gather(NOW)
    told = Notice.objects.get(kind=NoticeKind.DECLARATION_ANSWERED)
    assert said(told) == "Your declaration of ChatGPT: Allowed"


def test_a_summary_holds_nothing_that_is_for_one_person(read_before):
    declaration = declared("", "Wonder Tool")
    answer_declaration(declaration, Outcome.ALLOWED, actor="sam@corp.example", reason="fine", now=NOW)
    for number in range(SUMMED_FROM):
        flag(f"maker/tool-{number}")
    gather(NOW)
    told = Notice.objects.get(kind=NoticeKind.DECLARATION_ANSWERED)
    summary = Notice.objects.filter(kind=NoticeKind.SUMMARY).latest("pk")
    assert told.summed_in is None
    assert NoticeKind.DECLARATION_ANSWERED not in summary.facts["counts"]


def test_the_same_is_told_once_only(db):
    happened(NoticeKind.OWNER_ASKED, "7")
    with pytest.raises(IntegrityError, match=r"notice_once|notice\.kind"), transaction.atomic():
        happened(NoticeKind.OWNER_ASKED, "7")


# --- digests --------------------------------------------------------------------------------------


@pytest.fixture
def mail_set_up(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "penumbra@corp.example"
    settings.PENUMBRA = {**settings.PENUMBRA, "URL": "https://penumbra.corp.example", "TIME_ZONE": "UTC"}


def who(role: Role, email: str = "ada@corp.example", **choice: str):
    user = get_user_model().objects.create_user(email, email, "a password")
    user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    wanted = {"rhythm": "daily", "least": "high", "language": "en", **choice}
    digests.choose(user, role, now=NOW, **wanted)
    return user


def sent(now: datetime = NEXT_MORNING) -> list:
    digests.make_due(now)
    digests.send_due(now)
    taken, mail.outbox = mail.outbox, []
    return taken


def test_a_digest_says_what_happened_in_text_and_html_once(read_before, mail_set_up):
    who(Role.SECURITY)
    use("anthropic/claude", "Claude <script>")
    applied()
    gather(NOW)
    (one,) = sent()
    assert (one.to, one.from_email) == (["ada@corp.example"], "penumbra@corp.example")
    assert "Claude <script> is used here" in one.body
    assert "https://penumbra.corp.example/tools/anthropic/claude/" in one.body
    html, kind = one.alternatives[0]
    assert kind == "text/html"
    assert "Claude &lt;script&gt; is used here" in html
    assert one.extra_headers["List-Unsubscribe"] == "<https://penumbra.corp.example/notices/>"
    assert sent() == []
    assert sent(NEXT_MORNING + timedelta(days=1)) == []  # nothing happened: no mail


def test_a_weekly_digest_comes_once_on_monday(read_before, mail_set_up):
    who(Role.SECURITY, rhythm="weekly")
    use("anthropic/claude", "Claude")
    applied()
    gather(NOW)
    assert sent() == []
    monday = datetime(2026, 3, 16, 8, tzinfo=UTC)
    assert len(sent(monday)) == 1
    assert sent(monday + timedelta(days=1)) == []


def test_a_digest_holds_what_its_reader_may_read_when_it_is_sent(read_before, mail_set_up):
    user = who(Role.SECURITY)
    flag("openai/chatgpt", rule="access.reads-mail")
    flag("openai/chatgpt", "low", rule="plans.other")
    gather(NOW)
    set_access(user, roles=[Role.SECURITY], departments=["Sales"], actor="x", reason="x")
    assert sent() == []
    set_access(user, roles=[Role.SECURITY], departments=None, actor="x", reason="x")
    (one,) = sent()
    assert "ChatGPT: access.reads-mail" in one.body
    assert "plans.other" not in one.body  # less severe than was chosen
    flag("openai/chatgpt", rule="access.other")
    gather(NEXT_MORNING)
    digests.make_due(NEXT_MORNING + timedelta(days=1))
    set_access(user, roles=[], departments=None, actor="x", reason="left security")
    digests.send_due(NEXT_MORNING + timedelta(days=1))
    assert mail.outbox == []
    assert Digest.objects.latest("pk").state == Outgoing.State.GIVEN_UP


def test_what_is_for_one_person_goes_to_no_other(db, mail_set_up):
    who(Role.EMPLOYEE)
    who(Role.EMPLOYEE, "bob@corp.example")
    happened(NoticeKind.OWNER_ASKED, "1", to="ada@corp.example", facts={"names": {}})
    (one,) = sent()
    assert one.to == ["ada@corp.example"]
    assert "https://penumbra.corp.example/me/asked/" in one.body


def test_a_mail_server_that_is_away_is_tried_again(read_before, mail_set_up, monkeypatch):
    who(Role.SECURITY)
    use("anthropic/claude", "Claude")
    applied()
    gather(NOW)

    def away(*_: object) -> None:
        raise SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        assert sent() == []
    digest = Digest.objects.get()
    assert (digest.state, digest.tries) == (Outgoing.State.WAITING, 1)
    assert digest.next_at == NEXT_MORNING + outbox.WAITS[0]
    assert len(sent(digest.next_at)) == 1


def test_what_another_process_holds_is_not_sent_twice(read_before, mail_set_up):
    who(Role.SECURITY)
    use("anthropic/claude", "Claude")
    applied()
    gather(NOW)
    digests.make_due(NEXT_MORNING)
    mine, theirs = Digest.objects.get(), Digest.objects.get()
    with outbox.claimed(mine) as ours:
        assert ours
        with outbox.claimed(theirs) as too:
            assert not too
        assert outbox.sent(mine)
        assert not outbox.failed(theirs, NOW)  # an outcome counts only for who holds the number
    assert Digest.objects.get().state == Outgoing.State.SENT


def test_without_a_mail_server_none_is_written_and_the_page_says_so(signed_in, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    client = signed_in(Role.ADMINISTRATOR)
    text = client.get(reverse("notices")).content.decode()
    assert "Mail is not set up here" in text
    assert "EMAIL_HOST" in text
    other = signed_in(Role.SECURITY).get(reverse("notices")).content.decode()
    assert "An administrator can have it set up." in other
    assert "EMAIL_HOST" not in other  # names of settings are for who can set them
    assert digests.make_due(NEXT_MORNING) == 0


def test_somebody_chooses_for_the_own_roles_only(signed_in):
    client = signed_in(Role.SECURITY)
    for role in (Role.SECURITY, Role.FINANCE, "nonsense"):
        client.post(reverse("notices"), {"role": role, "rhythm": "daily", "least": "low", "language": "de"})
    assert [(c.role, c.rhythm, c.language) for c in NoticeChoice.objects.all()] == [
        ("security", "daily", "de")
    ]
    client.post(reverse("notices"), {"role": "security", "rhythm": "hourly", "language": "de"})
    assert NoticeChoice.objects.get().rhythm == "daily"


def test_a_digest_is_written_in_the_chosen_language(read_before, mail_set_up, monkeypatch):
    who(Role.SECURITY, language="de")
    use("anthropic/claude", "Claude")
    applied()
    gather(NOW)
    (one,) = sent()
    assert '<html lang="de">' in one.alternatives[0][0]
