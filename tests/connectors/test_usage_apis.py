"""OpenAI's and Anthropic's administration APIs as their documentation describes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from discovery.connectors.anthropic_api import ANTHROPIC, AnthropicSettings
from discovery.connectors.api import Settings, WrongSettings, settings_from
from discovery.connectors.http_session import AccessDenied, Garbled
from discovery.connectors.openai_api import OPENAI, OpenAiSettings
from discovery.records import Usage
from tests.connectors.api_server import NOW, ApiServer, Reply, Request
from tests.connectors.pulling import goes_on_from_every_page, pulled


class Reports:
    """Days of costs and usage, two buckets a page; the last days can be restated."""

    def __init__(self) -> None:
        self.days = [(NOW - timedelta(days=back)).date() for back in range(4, 0, -1)]
        self.dollars = dict.fromkeys(self.days, 2)

    def page(self, request: Request, since: date, buckets: list[dict[str, Any]]) -> Reply:
        kept = [one for day, one in zip(self.days, buckets, strict=True) if day >= since]
        start = int(request.query.get("page", 0))
        more = start + 2 < len(kept)
        following = str(start + 2) if more else None
        return Reply(body={"data": kept[start : start + 2], "has_more": more, "next_page": following})


class OpenAi(Reports):
    def __call__(self, request: Request) -> Reply:
        if request.headers.get("authorization") != "Bearer sk-admin-1":
            return Reply(401, {})
        if request.path.endswith("/users"):
            after = int(request.query.get("after", 0))
            user = {"id": str(after + 1), "email": f"p{after + 1}@corp.example"}
            return Reply(body={"object": "list", "data": [user], "has_more": after < 2})
        since = datetime.fromtimestamp(int(request.query["start_time"]), UTC).date()
        costs = request.path.endswith("/costs")
        return self.page(request, since, [self.bucket(day, costs=costs) for day in self.days])

    def bucket(self, day: date, *, costs: bool) -> dict[str, Any]:
        begin = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        result: dict[str, Any] = {"object": "organization.usage.completions.result", "user_id": "2"}
        result |= {"input_tokens": 10, "output_tokens": 5, "num_model_requests": 1, "model": "gpt-4o"}
        if costs:
            result = {"object": "organization.costs.result", "line_item": "gpt-4o", "project_id": "p"}
            result |= {"amount": {"value": self.dollars[day], "currency": "usd"}}
        return {"object": "bucket", "start_time": begin, "end_time": begin + 86400, "results": [result]}


class Anthropic(Reports):
    def __call__(self, request: Request) -> Reply:
        assert request.headers["anthropic-version"]
        if request.headers.get("x-api-key") != "sk-ant-admin-1":
            return Reply(401, {})
        since = date.fromisoformat(request.query["starting_at"][:10])
        costs = request.path.endswith("/cost_report")
        return self.page(request, since, [self.bucket(day, costs=costs) for day in self.days])

    def bucket(self, day: date, *, costs: bool) -> dict[str, Any]:
        result: dict[str, Any] = {"uncached_input_tokens": 10, "output_tokens": 5, "model": "claude"}
        if costs:
            result = {"currency": "USD", "amount": f"{self.dollars[day] * 100}.0", "cost_type": "tokens"}
        following = day + timedelta(days=1)
        return {"starting_at": f"{day}T00:00:00Z", "ending_at": f"{following}T00:00:00Z", "results": [result]}


SYSTEMS: dict[str, tuple[type[Reports], Settings]] = {
    "openai_usage": (OpenAi, OpenAiSettings("sk-admin-1")),
    "anthropic_usage": (Anthropic, AnthropicSettings("sk-ant-admin-1")),
}
each_system = pytest.mark.parametrize("name", SYSTEMS)


@each_system
def test_costs_and_quantities_of_all_days_are_read_and_restated_days_again(name: str) -> None:
    make, settings = SYSTEMS[name]
    system = make()
    with ApiServer(system).running() as server:
        rows, cursor = pulled(name, settings, server)
        lines = [row for row in rows if isinstance(row, Usage)]
        assert sum(line.cost or 0 for line in lines) == 8_000_000
        assert sum(line.output_tokens or 0 for line in lines) == 20
        assert len({line.own_id for line in lines}) == 8
        assert cursor == {"from": "2026-11-19"}
        system.dollars[system.days[-1]] = 3
        again, _ = pulled(name, settings, server, cursor)
        restated = {line.own_id: line.cost for line in again if isinstance(line, Usage) and line.cost}
    assert set(restated) == {line.own_id for line in lines if line.cost}
    assert sum(restated.values()) == 9_000_000
    if name == "openai_usage":
        assert {line.who.email for line in lines if line.output_tokens} == {"p2@corp.example"}


@each_system
def test_a_pull_goes_on_behind_every_page(name: str) -> None:
    make, settings = SYSTEMS[name]
    with ApiServer(make()).running() as server:
        goes_on_from_every_page(name, settings, server)


@each_system
def test_what_is_wrong_is_said(name: str) -> None:
    make, settings = SYSTEMS[name]
    with ApiServer(make()).running() as server:
        server.faults[1] = Reply(403, {})
        with pytest.raises(AccessDenied, match="admin key"):
            pulled(name, settings, server)
        server.faults[len(server.asked) + 1] = Reply(body={"data": 1, "has_more": True})
        with pytest.raises(Garbled):
            pulled(name, settings, server)


def test_an_ordinary_key_is_refused_before_it_is_tried() -> None:
    for system in (OPENAI, ANTHROPIC):
        with pytest.raises(WrongSettings, match="no admin key") as refused:
            settings_from(system.settings, {"key": "sk-proj-s3cret"})
        assert "s3cret" not in str(refused.value)
