"""Activity logs of AI tools themselves: who was there and when, and nothing of what they did."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.connectors.tool_activity import ToolActivity
from discovery.records import Grant, Ignored, Outcome, Rejected, SignIn, Who
from tests.connectors.event_files import (
    SAMPLES,
    SHARED,
    assert_survives,
    counts,
    needs_shared,
    read,
    recognised_by,
)

LOG = ToolActivity()
FILES = sorted((SAMPLES / LOG.name).iterdir())
MAJA, JON = Who(email="maja@acme.example"), Who(email="jon@acme.example")


def sample(name: str) -> bytes:
    return (SAMPLES / LOG.name / name).read_bytes()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_log_is_recognised_and_by_nobody_else(path) -> None:
    assert recognised_by(path.read_bytes()) == {"tool_activity"}


def test_who_was_active_in_claude_is_seen_there() -> None:
    chat, failed, connected, key, by_key, undated = (row for _, row in read(LOG, sample("claude.json")))
    assert chat == SignIn("org_1", datetime(2026, 4, 10, 8, 9, 10, tzinfo=UTC), MAJA, "Claude", Outcome.USED)
    assert isinstance(failed, SignIn)
    assert (failed.who, failed.outcome) == (JON, Outcome.ATTEMPTED)
    assert connected == Grant(
        "org_1", "activity_03", datetime(2026, 4, 10, 10, tzinfo=UTC), MAJA, "Claude", "", ("google_drive",)
    )
    assert isinstance(key, SignIn)
    assert key.app == "Claude API"
    assert isinstance(by_key, Ignored)
    assert isinstance(undated, Rejected)
    assert undated.row == "id=activity_06 type=claude_chat_created created_at=this morning"


def test_who_signed_in_to_openai_is_seen_there_and_a_key_is_nobody() -> None:
    login, failed, key = (row for _, row in read(LOG, sample("openai.json")))
    assert login == SignIn("", datetime(2026, 4, 10, 8, 9, 10, tzinfo=UTC), MAJA, "OpenAI API", Outcome.USED)
    assert isinstance(failed, SignIn)
    assert (failed.who, failed.outcome) == (JON, Outcome.ATTEMPTED)
    assert isinstance(key, Ignored)


def test_notions_log_is_read_wrapped_and_plain_and_names_people_by_id_where_it_has_no_address() -> None:
    wrapped, plain = (row for _, row in read(LOG, sample("notion.jsonl")))
    assert isinstance(wrapped, SignIn)
    assert isinstance(plain, SignIn)
    assert (wrapped.who, wrapped.app, wrapped.account) == (MAJA, "Notion", "w-1")
    assert plain.who == Who(login="p-2")


@needs_shared
def test_real_records_as_a_collector_keeps_them_are_read() -> None:
    """Figures by jq over the files: entries, acts of keys and of nobody, failures."""
    told = {}
    for name in ("anthropic", "openai", "notion"):
        content = (SHARED / "derived" / f"{name}_rules.jsonl").read_bytes()
        assert recognised_by(content) == {"tool_activity"}
        rows = read(LOG, content)
        outcomes = Counter(row.outcome for _, row in rows if isinstance(row, SignIn))
        told[name] = (counts(rows), outcomes[Outcome.ATTEMPTED])
    assert told == {name: _by_hand(name) for name in told}
    assert told["anthropic"] == ((36, 0, 2), 1)
    assert told["openai"] == ((31, 0, 2), 4)


def _by_hand(name: str) -> tuple[tuple[int, int, int], int]:
    people = others = failed = 0
    for line in (SHARED / "derived" / f"{name}_rules.jsonl").read_text().splitlines():
        entry = json.loads(line)
        actor = entry.get("actor") or entry["event"]["actor"]
        person = actor["type"] in ("user_actor", "session", "person")
        people += person
        others += not person
        failed += person and "failed" in entry.get("type", "")
    return (people, 0, others), failed


@needs_shared
def test_the_example_of_openais_documentation_is_read() -> None:
    content = (SHARED / "openai" / "audit_logs_docs_example.txt").read_bytes()
    assert recognised_by(content) == {"tool_activity"}
    assert counts(read(LOG, content)) == (1, 0, 1)


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(FILES))
def test_damage_anywhere_leaves_the_rows_before_it(seed: int, path) -> None:
    assert_survives(LOG, path.read_bytes(), seed)
