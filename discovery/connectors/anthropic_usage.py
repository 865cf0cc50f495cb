"""Anthropic: what the organisation's API use costs and how much of it there was.

Costs:       https://platform.claude.com/docs/en/api/admin/cost_report
Usage:       https://platform.claude.com/docs/en/api/admin-api/usage-cost/get-messages-usage-report
Claude Code: https://platform.claude.com/docs/en/api/claude-code-analytics-api
Console:     https://support.claude.com/en/articles/9534590-cost-and-usage-reporting-in-the-claude-console

The cost report's ``amount`` is a text in cents ("123.45" is 1.23 dollars); the Console's CSV says
dollars. Claude Code's report states quantities by person; its costs are estimates of what the cost
report has, and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from discovery.connectors import anthropic_api
from discovery.connectors.amounts import smallest_unit, stated_currency
from discovery.connectors.api_objects import Fields
from discovery.connectors.metered_values import exact_cost, period, quantity_of, sum_of
from discovery.connectors.stated_values import ACCOUNT, TYPE, address_of, id_of, text_of
from discovery.connectors.usage_buckets import NO_USE, OTHER_RESULTS, UsageBuckets
from discovery.records import NOBODY, Ignored, Record, Rejected, Usage, Who

_SHOWN = ("starting_at", "usage_date_utc", "date", "amount", "currency", "cost_usd", "cost_type")
#: What tells results of one bucket apart, as the reports and the Console's tables name it.
_PARTS = (
    "workspace_id", "workspace", "api_key_id", "api_key", "description", "cost_type", "usage_type", "model",
    "model_version", "token_type", "context_window", "service_tier", "inference_geo", "speed",
)  # fmt: skip
_INPUT = (
    "uncached_input_tokens", "cache_read_input_tokens", "cache_creation.ephemeral_1h_input_tokens",
    "cache_creation.ephemeral_5m_input_tokens", "usage_input_tokens_no_cache",
    "usage_input_tokens_cache_write", "usage_input_tokens_cache_write_5m",
    "usage_input_tokens_cache_write_1h", "usage_input_tokens_cache_read",
)  # fmt: skip


class AnthropicUsage(UsageBuckets):
    name = "anthropic_usage"
    title = "Anthropic API costs and usage (JSON, CSV)"
    reads = ("file", "api")
    api = anthropic_api.USAGE

    def is_one(self, found: Fields) -> bool:
        if found("starting_at") is not None and isinstance(found("results"), list):
            return found("ending_at") is not None
        if found("usage_date_utc") is not None:
            return found("cost_usd") is not None or found("usage_output_tokens") is not None
        return _of_claude_code(found)

    def results(self, found: Fields) -> Iterator[Record | Rejected | Ignored]:
        """The results of a bucket; of Claude Code's report one a person, day and model."""
        return _claude_code(found) if _of_claude_code(found) else super().results(found)

    def result(self, found: Fields, bucket: Fields) -> Usage | Rejected | Ignored:
        begun = bucket.text("starting_at", "usage_date_utc")
        days = period(begun, bucket.text("ending_at"))
        if days is None:
            return _rejected("the period has no readable beginning", found)
        cents, dollars = found("amount"), found("cost_usd")
        costs = cents is not None or dollars is not None
        read_in = sum_of(*(quantity_of(found(name)) for name in _INPUT))
        written = quantity_of(found.first("output_tokens", "usage_output_tokens"))
        if not costs and read_in is None and written is None:
            return NO_USE
        model = found.text("model", "model_version", limit=200)
        kind = "cost" if costs else "usage"
        line = Usage(
            account=found.text("organization_id", limit=ACCOUNT),
            own_id=id_of(kind, begun, *map(found.text, _PARTS)),
            date=days[0],
            text=_text(found, model),
            until=days[1],
            model=model,
            input_tokens=read_in,
            output_tokens=written,
            project=found.text("workspace", "workspace_name", "workspace_id", limit=ACCOUNT),
            key=found.text("api_key_name", "api_key", "api_key_id", limit=ACCOUNT),
            type=found.text("cost_type", "usage_type", "service_tier", limit=TYPE),
        )
        if not costs:
            return line
        currency = stated_currency(found.text("currency") or "USD")
        if not currency:
            return _rejected("the result names no currency of ISO 4217", found)
        try:
            parts = 1_000_000 // smallest_unit(currency)
            cost = exact_cost(dollars) if cents is None else exact_cost(cents, parts)
        except ValueError:
            return _rejected("the result has no readable amount", found)
        return line._replace(cost=cost, currency=currency)


def _text(found: Fields, model: str) -> str:
    said = found.text("description") or " ".join(
        filter(None, (model or found.text("cost_type"), found.text("token_type").replace("_", " ")))
    )
    return text_of(f"Anthropic API {said}")


def _of_claude_code(found: Fields) -> bool:
    return isinstance(found("actor"), dict) and isinstance(found("core_metrics"), dict)


def _claude_code(found: Fields) -> Iterator[Usage | Rejected | Ignored]:
    days = period(found.text("date"), "")
    if days is None:
        yield _rejected("the line has no readable date", found)
        return
    email = address_of(found("actor.email_address"))
    key = found.text("actor.api_key_name", limit=ACCOUNT)
    parts = (found.text("date"), email, key, found.text("terminal_type"), found.text("customer_type"))
    models = found.objects("model_breakdown")
    for by_model in models:
        model = by_model.text("model", limit=200)
        yield Usage(
            account=found.text("organization_id", limit=ACCOUNT),
            own_id=id_of("claude_code", *parts, model),
            date=days[0],
            text=text_of(f"Claude Code {model}"),
            model=model,
            input_tokens=sum_of(
                *(
                    quantity_of(by_model(f"tokens.{name}"))
                    for name in ("input", "cache_read", "cache_creation")
                )
            ),
            output_tokens=quantity_of(by_model("tokens.output")),
            key=key,
            who=Who(email=email) if email else NOBODY,
            type=found.text("customer_type", limit=TYPE),
        )
    if not models:
        yield OTHER_RESULTS if found.holds_objects() else NO_USE


def _rejected(why: str, found: Fields) -> Rejected:
    return Rejected(f"{why}; export the report again as it comes", found.shown(*_SHOWN))
