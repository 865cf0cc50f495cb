"""A small catalog of made-up and real names, so that these tests do not move with the shipped one."""

from __future__ import annotations

from vendors.matching.catalog import (
    CatalogEntries,
    IdentifierEntry,
    IdentifierKind,
    ProductEntry,
    Scope,
    Strength,
    VendorEntry,
)

COMMON, SHARED = Strength.COMMON, Scope.SHARED


def _names(vendor: str, product: str | None, *values: str, **more: object) -> list[IdentifierEntry]:
    return [_one(vendor, product, IdentifierKind.NAME, value, **more) for value in values]


def _one(
    vendor: str, product: str | None, kind: IdentifierKind, value: str, **more: object
) -> IdentifierEntry:
    return IdentifierEntry(vendor, product, kind, value, **more)  # type: ignore[arg-type]


def _domains(vendor: str, product: str | None, *values: str, **more: object) -> list[IdentifierEntry]:
    return [_one(vendor, product, IdentifierKind.DOMAIN, value, **more) for value in values]


_VENDORS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "cursor": "Anysphere",
    "gamma": "Gamma",
    "microsoft": "Microsoft",
    "amazon": "Amazon",
    "github": "GitHub",
    "grammarly": "Grammarly",
    "midjourney": "Midjourney",
    "n8n": "n8n",
    "tldv": "tl;dv",
    "otter": "Otter.ai",
    "did": "D-ID",
    "writer": "Writer",
    "deepl": "DeepL",
}
_PRODUCTS = {
    "openai/chatgpt": "ChatGPT",
    "openai/api": "OpenAI API",
    "anthropic/claude": "Claude",
    "anthropic/api": "Anthropic API",
    "cursor/cursor": "Cursor",
    "gamma/gamma": "Gamma",
    "microsoft/m365-copilot": "Microsoft 365 Copilot",
    "microsoft/copilot": "Microsoft Copilot",
    "amazon/bedrock": "Amazon Bedrock",
    "github/copilot": "GitHub Copilot",
    "grammarly/grammarly": "Grammarly",
    "midjourney/midjourney": "Midjourney",
    "n8n/n8n": "n8n",
    "tldv/tldv": "tl;dv",
    "otter/otter": "Otter",
    "did/studio": "D-ID",
    "writer/writer": "Writer",
    "deepl/deepl": "DeepL",
}

ENTRIES = CatalogEntries(
    vendors=tuple(VendorEntry(key, name) for key, name in _VENDORS.items()),
    products=tuple(ProductEntry(key, key.partition("/")[0], name) for key, name in _PRODUCTS.items()),
    identifiers=(
        *_names("openai", None, "OpenAI"),
        _one("openai", None, IdentifierKind.LEGAL_ENTITY, "OpenAI Ireland Limited"),
        *_domains("openai", None, "openai.com"),
        *_names("openai", "openai/chatgpt", "ChatGPT", "チャットGPT"),
        *_domains("openai", "openai/chatgpt", "chatgpt.com", "chat.openai.com"),
        _one("openai", "openai/chatgpt", IdentifierKind.CLIENT_ID, "e0476654-c1d5-430b-ab80-70cbd947616a"),
        *_names("openai", "openai/api", "OpenAI API"),
        *_domains("openai", "openai/api", "api.openai.com", "platform.openai.com"),
        *_names("anthropic", None, "Anthropic"),
        _one("anthropic", None, IdentifierKind.LEGAL_ENTITY, "Anthropic, PBC"),
        *_domains("anthropic", None, "anthropic.com"),
        *_names("anthropic", "anthropic/claude", "Claude", strength=COMMON),
        *_domains("anthropic", "anthropic/claude", "claude.ai"),
        *_names("anthropic", "anthropic/api", "Anthropic API"),
        *_domains("anthropic", "anthropic/api", "api.anthropic.com"),
        *_names("cursor", "cursor/cursor", "Cursor", strength=COMMON),
        _one("cursor", "cursor/cursor", IdentifierKind.LEGAL_ENTITY, "Anysphere Inc"),
        *_domains("cursor", "cursor/cursor", "cursor.com", "cursor.sh"),
        *_names("gamma", "gamma/gamma", "Gamma", strength=COMMON),
        *_domains("gamma", "gamma/gamma", "gamma.app"),
        *_names("microsoft", None, "Microsoft", scope=SHARED),
        *_domains("microsoft", None, "microsoft.com", scope=SHARED),
        *_names("microsoft", "microsoft/m365-copilot", "Microsoft 365 Copilot"),
        *_names("microsoft", "microsoft/copilot", "Microsoft Copilot"),
        *_names("microsoft", "microsoft/copilot", "Copilot", strength=COMMON),
        *_domains("microsoft", "microsoft/copilot", "copilot.microsoft.com"),
        *_names("amazon", None, "Amazon", "AWS", scope=SHARED),
        *_names("amazon", "amazon/bedrock", "Amazon Bedrock"),
        *_names("github", None, "GitHub", scope=SHARED),
        *_names("github", "github/copilot", "GitHub Copilot"),
        *_names("github", "github/copilot", "Copilot", strength=COMMON),
        *_names("grammarly", "grammarly/grammarly", "Grammarly"),
        *_domains("grammarly", "grammarly/grammarly", "grammarly.com"),
        *_names("midjourney", "midjourney/midjourney", "Midjourney"),
        *_names("n8n", "n8n/n8n", "n8n"),
        *_names("tldv", "tldv/tldv", "tl;dv"),
        *_names("otter", "otter/otter", "Otter", strength=COMMON),
        *_domains("otter", "otter/otter", "otter.ai"),
        *_names("did", "did/studio", "D-ID"),
        *_names("writer", "writer/writer", "Writer", strength=COMMON),
        *_names("deepl", "deepl/deepl", "DeepL"),
    ),
)
