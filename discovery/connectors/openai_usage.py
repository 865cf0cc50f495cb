"""OpenAI: what the organisation's API use costs and how much of it there was.

API:  https://platform.openai.com/docs/api-reference/usage (organization/costs, organization/usage/…)

Costs are in dollars, a day a bucket; usage states quantities alone, by model, project, user and
key. Reads the API's pages and the tables that the platform's usage page exports, whose columns are
the same fields. Seats of ChatGPT are in neither.
"""

from __future__ import annotations

from discovery.connectors import openai_api
from discovery.connectors.amounts import stated_currency
from discovery.connectors.api_objects import Fields
from discovery.connectors.metered_values import exact_cost, period, quantity_of
from discovery.connectors.stated_values import ACCOUNT, PERSON, TYPE, address_of, id_of, text_of
from discovery.connectors.usage_buckets import NO_USE, UsageBuckets
from discovery.records import NOBODY, Ignored, Rejected, Usage, Who

_SHOWN = ("start_time", "amount.value", "amount.currency", "object")
#: What tells results of one bucket apart.
_PARTS = ("project_id", "user_id", "api_key_id", "line_item", "model", "batch", "service_tier")
#: Quantities of results that have no tokens: pictures, characters, seconds, sessions, bytes.
_QUANTITIES = ("num_model_requests", "input_tokens", "output_tokens", "num_sessions", "usage_bytes", "images")


class OpenAiUsage(UsageBuckets):
    name = "openai_usage"
    title = "OpenAI API costs and usage (JSON, CSV)"
    reads = ("file", "api")
    api = openai_api.USAGE

    def is_one(self, found: Fields) -> bool:
        if found("start_time") is None or found("end_time") is None:
            return False
        if found.text("object") == "bucket" and isinstance(found("results"), list):
            return True
        return found("start_time_iso") is not None or found.text("object").startswith("organization.")

    def result(self, found: Fields, bucket: Fields) -> Usage | Rejected | Ignored:
        days = period(bucket.text("start_time"), bucket.text("end_time"))
        if days is None:
            return _rejected("the bucket has no readable start_time", found)
        costs = found("amount.value") is not None
        if not costs and all(found(name) is None for name in _QUANTITIES):
            if _kind(found) == "organization.costs":
                return _rejected("the result has no readable amount", found)
            return NO_USE
        kind = "costs" if costs else _kind(found)
        what = found.text("line_item") if costs else found.text("model") or kind.replace("_", " ")
        line = Usage(
            account=found.text("organization_id", limit=ACCOUNT),
            own_id=id_of(
                kind,
                bucket.text("start_time"),
                *map(found.text, _PARTS),
            ),
            date=days[0],
            text=text_of(f"OpenAI API {what}"),
            until=days[1],
            model=found.text("model", limit=200),
            requests=quantity_of(found("num_model_requests")),
            input_tokens=quantity_of(found("input_tokens")),
            output_tokens=quantity_of(found("output_tokens")),
            project=found.text("project_name", "project_id", limit=ACCOUNT),
            key=found.text("api_key_name", "api_key_id", limit=ACCOUNT),
            who=_who(found),
            type=text_of(kind, TYPE),
        )
        return _priced(line, found) if costs else line


def _kind(found: Fields) -> str:
    """``completions`` of ``organization.usage.completions.result``; a table does not say its own."""
    stated = found.text("object")
    return stated.removeprefix("organization.usage.").removesuffix(".result") or "usage"


def _priced(line: Usage, found: Fields) -> Usage | Rejected:
    currency = stated_currency(found.text("amount.currency"))
    if not currency:
        return _rejected("the result's amount names no currency of ISO 4217", found)
    try:
        return line._replace(cost=exact_cost(found("amount.value")), currency=currency)
    except ValueError:
        return _rejected("the result has no readable amount", found)


def _who(found: Fields) -> Who:
    email = address_of(found("user_email"))
    login = "" if email else found.text("user_id", limit=254)
    name = found.text("user_name", limit=PERSON)
    return Who(email, login, name) if email or login else NOBODY


def _rejected(why: str, found: Fields) -> Rejected:
    return Rejected(f"{why}; export the report again as the API gives it", found.shown(*_SHOWN))
