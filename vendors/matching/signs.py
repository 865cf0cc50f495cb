"""Signs of AI in texts of which the catalog knows nothing: a possible tool that it does not have.

A sign is a word: AI itself, a domain in .ai, a name that ends in AI ("relevanceai") or is built from what
AI tools do ("turboscribe"), or the task itself beside words of a subscription. What speaks against it is
looked at elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vendors.matching.answers import Channel, Descriptor
from vendors.matching.carriers import Serves
from vendors.matching.categories import sells_software
from vendors.matching.grammar import JOINERS, STATEMENT_CHANNELS, TAIL, Reading, integration_of, words_of
from vendors.matching.lexicon import (
    AI_WORD,
    BILLING,
    BUILT_ORDINARY,
    DOES_LIKE_AI,
    ITALIAN,
    MORE_PLANS,
    PLAN_NAME,
    SUBSCRIPTION,
    TASK,
    TOOL,
    TYPED_AI_WORD,
)

_APP_CHANNELS = (Channel.SSO_APP, Channel.OAUTH)
_TYPED_CHANNELS = (Channel.EXPENSE, Channel.PROCUREMENT)
#: Words by which a text says AI; looked for before anything slower is done.
_SIGNS = frozenset(("ai", "ki", "ia", "llm", "llms", "genai", "chatbot", "chatbots", "copilot", "人工知能"))
GPT_NAME = re.compile(r"(?<![^\W_])(?:gpt[a-z-]{2,}|[a-z-]{2,}gpt)(?![^\W_])")
_AI_DOMAIN = re.compile(r"(?<![^\W_@.-])[a-z0-9][a-z0-9-]*\.ai(?![\w-])")
#: What names of AI tools begin and end with, glued to something else: "deepinfra", "turboscribe".
BEGINNINGS = (
    "agent", "avatar", "chat", "cogni", "deep", "genai", "humaniz", "lang", "llm", "meet", "neur",
    "paraphras", "prompt", "speech", "summari", "synth", "tensor", "transcri", "transkri", "voice",
    "whisper", "write",
)  # fmt: skip
ENDINGS = (
    "agent", "ai", "bot", "chat", "coder", "copilot", "diffusion", "genai", "genie", "llm", "neural",
    "scribe", "speech", "voice", "whisper", "write", "writer",
)  # fmt: skip
#: The same in the name of an app only: in spend they stand in too many other names.
_BEGINNINGS_OF_APPS = ("code", "mind", "text", "vector")
_ENDINGS_OF_APPS = ("brain", "code", "mind")
_REST_BEHIND, _REST_BEFORE = 1, 3  # letters beside the part, at least
#: Labels of hosts that say AI, whoever serves it.
_LABELS = frozenset(
    ("agentic", "ai", "chatgpt", "genai", "generativeai", "gpt", "inference", "llm", "llms", "openai")
)
#: What apps ask for, and are, that take part in meetings or speak with assistants, and what asks for more
#: than a profile or a calendar: the text of mails, documents, meetings and code, as consent screens name it.
_ASKS_LIKE_AI = re.compile(
    r"onlinemeeting|meeting recordings|meetings\.space|transcripts?"
    r"|(?<![^\W_])mcp (?:server|client|connector)|gmail\.(?:modify|readonly|compose)|mail\.google\.com"
    r"|mail\.read|files\.read|all repositories|github:repo"
    r"|(?<![^\W_])(?:read|leer|lire|lesen|leggere|ler|lezen)[ ,][^.]{0,60}"
    r"(?:gmail|e-?mails?|correos?|courriers?)"
    r"|(?:access|acceder|aceder|acessar|zugriff|accedere|toegang|доступ)[^.]{0,30}google (?:drive|диску)"
)
#: Words that makers put into their AI products' names, more often than into others. Counted over the names of
#: the catalog of which no labelled row speaks, beside those of ordinary apps.
_CALLED_LIKE_AI = re.compile(
    r"(?<![^\W_])(?:assist|sidekick|brain|ml|(?<!business )(?<!market )(?<!threat )intelligence)(?![^\W_])"
    r"|^(?:\w+ ){1,2}code$|\w{2,}чат(?![^\W_])"
)
#: Jobs of the capability taxonomy that apps say of themselves, and few apps that are no AI.
_JOBS = re.compile(
    r"(?<![^\W_])(?:enrichment|dubbing|data labell?ing|deep research|code review|pull requests?|"
    r"contract review|legal research|tutor|tutoring|(?:workflow|process|it) automation|model gateway|"
    r"prospecting)(?![^\W_])"
)
#: Towns that statements glue to the word before them.
_TOWNS = ("chennai", "dubai", "mumbai", "shanghai")
#: Parts that hardly stand in a name of anything else: enough on a statement that says nothing more.
_RARE_PART = re.compile("speech|scribe|whisper|transcri|llm|humaniz|diffusion|chatbot")
#: The same, or a word in "ai": one look at a whole text.
_RARE = re.compile(rf"{_RARE_PART.pattern}|[a-z]ai(?![^\W_])")


def says_ai(form: str, reading: Reading) -> bool:
    """Whether anything about a text may say AI: a quick look, before the slower ones."""
    return "gpt" in form or not _SIGNS.isdisjoint(reading.words) or "生成ai" in form or "人工知能" in form


def may_be_built(descriptor: Descriptor, reading: Reading) -> bool:
    """Whether a text that does not say AI is worth a look at how its name is built."""
    if descriptor.channel not in STATEMENT_CHANNELS or sells_software(descriptor.mcc):
        return True
    if reading.carrier is not None and reading.carrier.serves == Serves.SOFTWARE:
        return True
    return _RARE.search(descriptor.form) is not None


def sign_of_ai(descriptor: Descriptor, reading: Reading) -> str:
    """The word by which a text may name an AI tool: "Foo AI", "foo.ai", "FooGPT"; "" for none."""
    channel = descriptor.channel
    apps = channel in _APP_CHANNELS
    body = integration_of(reading.body) if apps else reading.body
    whole = descriptor.form if apps else body  # a domain may stand behind what an app asks for
    if found := _AI_DOMAIN.search(whole) or GPT_NAME.search(body):
        return found.group()
    if descriptor.host and (sign := sign_in_host(descriptor.host)):
        return sign
    return _ai_word(channel, body) or _built_sign(descriptor, reading)


def sign_in_host(host: str, domain: str = "") -> str:
    """The same of a host by itself; only what stands before the ``domain`` of a known maker."""
    if not domain and (host.endswith(".ai") or GPT_NAME.search(host)):
        return host
    if domain:
        labels = host.removesuffix(domain).rstrip(".").split(".")
        return next(_said_in(labels), "")
    # Of somebody unknown its first label and what it is called: "claude.ai.elsewhere.example" is none.
    labels = host.split(".")
    if len(labels) < 2:
        return ""
    return next(_said_in([labels[0], labels[-2]]), "") or _built([labels[-2]], is_built_so)


def _said_in(labels: list[str]) -> Iterator[str]:
    return (part for label in labels for part in label.split("-") if part in _LABELS)


def _ai_word(channel: str, body: str) -> str:
    pattern = TYPED_AI_WORD if channel in _TYPED_CHANNELS else AI_WORD
    found = pattern.search(body)
    if not found or (found.group() == "ai" and ITALIAN.search(body)):
        return ""
    # "Foo AI" names a tool, "a book on AI" does not; "AI" before another word names one where the
    # word is what AI tools are, or do.
    before = words_of(body[: found.start()])
    if before and before[-1] not in JOINERS:
        return found.group()
    if channel in _APP_CHANNELS and "gpt" in found.group():  # "GPT for Sheets"
        return found.group()
    after = body[found.end() :]
    return found.group() if any(p.search(after) for p in (TOOL, TASK, BILLING)) else ""


def _built_sign(descriptor: Descriptor, reading: Reading) -> str:
    """A name built as AI tools' names are, or what they do; in spend only where software was sold."""
    body = reading.body
    named = reading.words[reading.lead : reading.end]
    if descriptor.channel in _APP_CHANNELS:
        if built := _built(named, is_built_so) or _built(named, is_built_as_apps):
            return built
        _, mark = reading.part_of(0, 0)
        called = _CALLED_LIKE_AI.search(" ".join(reading.words[:mark]))
        found = (
            called or TASK.search(body) or DOES_LIKE_AI.search(body) or _ASKS_LIKE_AI.search(descriptor.form)
        )
        return found.group() if found else ""
    built = _built(named, is_built_so)
    if not _software_was_sold(descriptor, reading):
        rare = descriptor.channel in STATEMENT_CHANNELS and _RARE.search(built)
        return built if rare else ""
    found = TASK.search(body) or DOES_LIKE_AI.search(body)
    return built or (found.group() if found else "")


def _software_was_sold(descriptor: Descriptor, reading: Reading) -> bool:
    if descriptor.channel in _TYPED_CHANNELS:
        body = reading.body
        return bool(BILLING.search(body) or PLAN_NAME.search(body) or MORE_PLANS.search(body))
    carrier = reading.carrier
    sold = carrier is not None and carrier.serves == Serves.SOFTWARE
    return sold or sells_software(descriptor.mcc) or bool(SUBSCRIPTION.search(reading.body))


def is_built_so(word: str) -> bool:
    """Whether a word is one of these parts glued to something else, ordinary words among them."""
    if not (word.isascii() and word.isalpha()):
        return False
    return _is_glued(word, BEGINNINGS, ENDINGS)


def is_built_as_apps(word: str) -> bool:
    """The same of the parts that say so in the name of an app only."""
    if not (word.isascii() and word.isalpha()):
        return False
    return _is_glued(word, _BEGINNINGS_OF_APPS, _ENDINGS_OF_APPS)


def _is_glued(word: str, beginnings: tuple[str, ...], endings: tuple[str, ...]) -> bool:
    if not (word.endswith(endings) or word.startswith(beginnings)):  # nearly every word
        return False
    return any(word.endswith(part) and len(word) >= len(part) + _REST_BEFORE for part in endings) or any(
        word.startswith(part) and len(word) >= len(part) + _REST_BEHIND for part in beginnings
    )


def _built(words: list[str], so: Callable[[str], bool]) -> str:
    """The first word that is built as the names of AI tools are, and is no ordinary one; "" for none."""
    found = (w for w in words if so(w) and not w.endswith(_TOWNS))
    return next((w for w in found if w not in BUILT_ORDINARY and w not in TAIL), "")
