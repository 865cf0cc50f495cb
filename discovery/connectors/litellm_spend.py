"""LiteLLM: what each request through the company's model gateway cost.

Table: LiteLLM_SpendLogs of github.com/BerriAI/litellm (schema.prisma)
API:   https://docs.litellm.ai/docs/proxy/cost_tracking (GET /spend/logs?summarize=false, /spend/logs/v2)

Costs are dollars by LiteLLM's own price list. Of a key the alias is read, never its hash; what was
asked and answered, and whom the company's own product served (``end_user``), are not.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from discovery.connectors.api_objects import ApiObjects, Fields
from discovery.connectors.base import Kind
from discovery.connectors.json_objects import as_object
from discovery.connectors.metered_values import exact_cost, period, quantity_of
from discovery.connectors.stated_values import ACCOUNT, OWN_ID, PERSON, TYPE, address_of, text_of
from discovery.records import NOBODY, Ignored, Rejected, Usage, Who

#: How a provider of LiteLLM's is called elsewhere; others by their own word.
_PROVIDERS = {
    "openai": "OpenAI API",
    "text-completion-openai": "OpenAI API",
    "azure": "Azure OpenAI",
    "azure_text": "Azure OpenAI",
    "azure_ai": "Azure AI Foundry",
    "anthropic": "Anthropic API",
    "bedrock": "Amazon Bedrock",
    "bedrock_converse": "Amazon Bedrock",
    "sagemaker": "Amazon SageMaker",
    "vertex_ai": "Vertex AI",
    "vertex_ai_beta": "Vertex AI",
    "gemini": "Gemini API",
    "mistral": "Mistral API",
    "codestral": "Mistral API",
    "cohere": "Cohere API",
    "cohere_chat": "Cohere API",
    "groq": "Groq API",
    "deepseek": "DeepSeek API",
    "xai": "xAI API",
    "perplexity": "Perplexity API",
    "together_ai": "Together AI",
    "fireworks_ai": "Fireworks AI",
    "openrouter": "OpenRouter",
    "huggingface": "Hugging Face",
    "voyage": "Voyage AI",
    "ollama": "Ollama",
    "ollama_chat": "Ollama",
}
_FAILED = Ignored("a request that failed and cost nothing")
_SUM = Ignored("a sum over a day; export the requests themselves with summarize=false")
_OTHER = Ignored("an entry that is no request")
_SHOWN = ("startTime", "spend", "call_type", "status")


class LiteLlmSpend(ApiObjects):
    name = "litellm_spend"
    kind = Kind.USAGE
    gateway = True
    title = "LiteLLM spend logs"
    lists = frozenset({"data", "logs", "spend_logs"})

    def is_one(self, found: Fields) -> bool:
        return (
            bool(found.text("request_id"))
            and found("spend") is not None
            and found("startTime") is not None
            and any(found(name) is not None for name in ("model", "model_group", "custom_llm_provider"))
        )

    def row(self, found: Fields) -> Usage | Rejected | Ignored:
        if not found.text("request_id"):
            return _SUM if found("spend") is not None and found("startTime") is not None else _OTHER
        days = period(found.text("startTime"), "")
        if days is None:
            return _rejected("the request has no readable startTime", found)
        try:
            cost = exact_cost(found("spend"))
        except ValueError:
            return _rejected("the request has no readable spend", found)
        if found.text("status").lower() == "failure" and not cost:
            return _FAILED
        provider = found.text("custom_llm_provider").lower()
        model = found.text("model", "model_group", limit=200)
        if not provider and "/" in model:
            provider = model.partition("/")[0].lower()
        about = _metadata(found)
        return Usage(
            account=found.text("organization_id", limit=ACCOUNT),
            own_id=found.text("request_id", limit=OWN_ID),
            date=days[0],
            text=text_of(f"{_PROVIDERS.get(provider, provider)} {model}") or "LiteLLM",
            cost=cost,
            currency="USD",
            model=model,
            requests=1,
            input_tokens=quantity_of(found("prompt_tokens")),
            output_tokens=quantity_of(found("completion_tokens")),
            project=(about.text("user_api_key_team_alias") or found.text("team_id"))[:ACCOUNT],
            key=about.text("user_api_key_alias", limit=ACCOUNT),
            who=_who(found, about),
            type=found.text("call_type", limit=TYPE),
            url=_host(found.text("api_base")),
        )


def _metadata(found: Fields) -> Fields:
    """What LiteLLM knows of the key; a table holds it as JSON in a cell."""
    stated = found("metadata")
    if isinstance(stated, str):
        try:
            stated = msgspec.json.decode(stated)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            stated = None
    return Fields(as_object(stated))


def _who(found: Fields, about: Fields) -> Who:
    user = found.text("user", limit=254) or about.text("user_api_key_user_id", limit=254)
    email = address_of(about("user_api_key_user_email")) or address_of(user)
    if not email and user in ("", "default_user_id"):
        return NOBODY
    return Who(email, "" if email else user[:PERSON])


def _host(address: str) -> str:
    """Where the request went, without path and what stands behind it."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _rejected(why: str, found: Fields) -> Rejected:
    return Rejected(f"{why}; export the log again with all its columns", found.shown(*_SHOWN))
