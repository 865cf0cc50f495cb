"""Whatever employees read stands in German too, and nothing they read escapes translation."""

from __future__ import annotations

import io
import os
import re
import tomllib
from collections.abc import Iterator

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.translation.template import templatize

from inventory import translations
from inventory.models import Tool
from tests.frame.environment import PROJECT
from tests.inventory import rows
from vendors.models import Capability

TEMPLATES = PROJECT / "inventory" / "templates"

#: What somebody without any further role can get to see.
EMPLOYEE_TEMPLATES = [
    "403.html",
    "404.html",
    "500.html",
    *sorted(f"account/{path.name}" for path in (TEMPLATES / "account").glob("*.html")),
    *sorted(f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")),
    "inventory/_answer.html",
    "inventory/_limits.html",
    "inventory/_logo.html",
    "inventory/_more.html",
    "inventory/_my_declarations.html",
    "inventory/_my_tool.html",
    "inventory/_navigation.html",
    "inventory/_reach.html",
    "inventory/_search.html",
    "inventory/_state.html",
    "inventory/allowed.html",
    "inventory/asked.html",
    "inventory/declare.html",
    "inventory/declared.html",
    "inventory/document.html",
    "inventory/home_employee.html",
    "inventory/my_data.html",
    "inventory/my_tools.html",
    "inventory/notices.html",
    "inventory/page.html",
    "inventory/privacy.html",
    *sorted(f"inventory/mail/{path.name}" for path in (TEMPLATES / "inventory" / "mail").iterdir()),
]
EMPLOYEE_MODULES = [
    "inventory/access.py",
    "inventory/allowed.py",
    "inventory/company_sign_in.py",
    "inventory/declaration_models.py",
    "inventory/declarations.py",
    *sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "inventory" / "flags").glob("*.py")),
    "inventory/models.py",
    "inventory/my_data.py",
    "inventory/notice_models.py",
    "inventory/notices/digests.py",
    "inventory/notices/sentences.py",
    "inventory/opened_names.py",
    "inventory/ownership_models.py",
    "inventory/ownership_requests.py",
    "inventory/pages/asked.py",
    "inventory/pages/declare.py",
    "inventory/pages/me.py",
    "inventory/pages/my_tools.py",
    "inventory/pages/names.py",
    "inventory/pages/notices.py",
    "inventory/questions_to_users.py",
    "inventory/templatetags/components.py",
    "inventory/templatetags/penumbra.py",
    "inventory/triage_models.py",
]
_FUNCTIONS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy")


def messages_of(path: str) -> Iterator[tuple[str, ...]]:
    """Every message of a template or module, its plural beside it."""
    source = (PROJECT / path).read_text(encoding="utf-8")
    if not path.endswith(".py"):
        source = templatize(source)
    for _, function, found, _ in extract_python(io.BytesIO(source.encode()), _FUNCTIONS, (), {}):
        parts = found if isinstance(found, tuple) else (found,)
        texts = tuple(part for part in parts if isinstance(part, str))
        if texts:
            yield texts[:2] if function.startswith("ngettext") else texts[:1]


@pytest.fixture(scope="module")
def german():
    with (PROJECT / "inventory/locale/de/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale="de")


@pytest.mark.parametrize(
    "path", [*(f"inventory/templates/{name}" for name in EMPLOYEE_TEMPLATES), *EMPLOYEE_MODULES]
)
def test_every_message_that_employees_read_stands_in_german(german, path):
    for texts in messages_of(path):
        message = german.get(texts if len(texts) > 1 else texts[0])
        assert message is not None, f"{texts[0]!r} is not in django.po; run makemessages -l de"
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), f"{texts[0]!r} has no German"
        assert not message.fuzzy, f"the German of {texts[0]!r} is a guess"
        wanted = set(re.findall(r"%\(\w+\)s", " ".join(texts)))
        assert set(re.findall(r"%\(\w+\)s", " ".join(strings))) == wanted, texts[0]


def test_what_tools_do_stands_in_german_as_the_catalog_calls_it(german):
    groups = tomllib.loads((PROJECT / "vendors/catalog/capabilities.toml").read_text(encoding="utf-8"))
    names = [name for group in groups.values() for name in group["capabilities"].values()]
    assert len(names) > 50
    assert [name for name in names if not (message := german.get(name)) or not message.string] == []


_TRANSLATED = re.compile(r"\{% blocktranslate.*?%\}.*?\{% endblocktranslate %\}", re.DOTALL)
_SYNTAX = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|&\w+;", re.DOTALL)
_READ_ALOUD = re.compile(r'(?:aria-label|placeholder|title|alt)="([^"]*)"')


def untranslated(source: str) -> list[str]:
    """Words of a template, between tags and in attributes that are read, that no translation goes through."""
    source = _SYNTAX.sub("", _TRANSLATED.sub("", source))
    source = re.sub(r"<!doctype[^>]*>|<(svg|title)\b.*?</\1>", "", source, flags=re.DOTALL)
    found = [*_READ_ALOUD.findall(source), *re.sub(r"<[^>]*>", "\n", source).split("\n")]
    return [text.strip() for text in found if re.search(r"[^\W\d_]", text)]


@pytest.mark.parametrize("name", EMPLOYEE_TEMPLATES)
def test_no_word_of_a_template_for_employees_escapes_translation(name):
    found = untranslated((TEMPLATES / name).read_text(encoding="utf-8"))
    assert [words for words in found if words != "Penumbra"] == []


def test_the_search_for_words_finds_them():
    assert untranslated('<p>{% translate "a" %}</p> {{ b }} <a href="/x">1–4</a>') == []
    assert untranslated("<p>Words</p>") == ["Words"]
    assert untranslated('<nav aria-label="Main"></nav>') == ["Main"]
    assert untranslated("{% blocktranslate %}in{% endblocktranslate %} out") == ["out"]


def test_translations_are_compiled_once_and_again_when_they_change(tmp_path, monkeypatch):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_bytes((translations.LOCALES / "de/LC_MESSAGES/django.po").read_bytes())
    monkeypatch.setattr(translations, "LOCALES", tmp_path)
    made = translations.compile_all()
    assert [path.name for path in made] == ["django.mo"]
    assert b"Anmelden" in made[0].read_bytes()
    assert translations.compile_all() == []
    later = made[0].stat().st_mtime + 5
    os.utime(source, (later, later))
    assert translations.compile_all() == made
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]


def browser(languages: str) -> Client:
    user, _ = get_user_model().objects.get_or_create(username="ada", email="ada@corp.example")
    client = Client(headers={"accept-language": languages})
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


#: What a page may say in no language: our name, addresses and what the records and the catalog call things.
NAMES = {"Penumbra", "ada@corp.example", "AC", "A", "C", "ChatGPT", "Claude", "Openai", "Anthropic"}


@pytest.mark.django_db
def test_whether_something_is_allowed_is_answered_in_german_alone():
    Capability.objects.create(key="general-chat", name="General chat assistant", group="Assist and search")
    for key, name, status in (
        ("openai/chatgpt", "ChatGPT", "prohibited"),
        ("anthropic/claude", "Claude", "sanctioned"),
    ):
        rows.product(key, name, capability="general-chat")
        Tool.objects.create(key=key, vendor=key.partition("/")[0], status=status)
    german, english = browser("de"), browser("en")
    address = "/allowed/?tool=chatgpt"
    text = german.get(address).content.decode()
    for words in ("Darf ich das benutzen?", "Nein. Es ist hier untersagt.", "Allgemeiner Chat-Assistent"):
        assert words in text
    read = {words.strip(" .·") for words in untranslated(text)} - NAMES
    same = read & {words.strip(" .·") for words in untranslated(english.get(address).content.decode())}
    assert same == {"Status"}  # the same word in both languages


@pytest.mark.django_db
def test_an_employee_reads_the_language_of_the_browser_with_its_dates_and_amounts():
    ada = rows.person("ada@corp.example")
    chat = rows.descriptor("openai/chatgpt")
    rows.spend(chat, "1234.5", person=ada)
    german, english = browser("de-CH,de;q=0.9,en;q=0.5"), browser("en-GB,en")
    text = german.get("/me/").content.decode()
    for words in ('<html lang="de">', "1 Eintrag ist über Sie gespeichert", "4. März 2026", "EUR 1.234,50"):
        assert words in text
    assert "Hier steht jeder lesbare Eintrag" in text
    text = english.get("/me/").content.decode()
    for words in ('<html lang="en">', "1 record is kept on you", "4 Mar 2026", "EUR 1,234.50"):
        assert words in text
    assert "Darf ich das benutzen?" in german.get("/").content.decode()
    assert "Mit Ihrer Rolle" in german.get("/tools/").content.decode()
    assert "Anmelden" in Client(headers={"accept-language": "de"}).get("/accounts/login/").content.decode()
    assert '<html lang="en">' in browser("fr").get("/me/").content.decode()
