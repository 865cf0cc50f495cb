"""Small catalogs on disk, for tests that change the data files."""

from pathlib import Path

CAPABILITIES = """
[assist]
name = "Assist"
[assist.capabilities]
general-chat = "General chat"
meeting-notes = "Meeting notes"
"""

ACME = """
name = "Acme"
website = "https://acme.example"
source = "written for a test"
legal_entities = ["Acme Robotics Limited"]

[[products]]
key = "acme/brightchat"
name = "Brightchat"
domain = "brightchat.com"
capabilities = ["general-chat", "meeting-notes"]
names = ["Brightchat", { value = "Lantern", strength = "common" }]
domains = ["brightchat.com"]
"""


def write_catalog(folder: Path, **vendors: str) -> Path:
    """A catalog folder with one file for each keyword (``acme=ACME`` where none is given)."""
    (folder / "vendors").mkdir(parents=True, exist_ok=True)
    for old in (folder / "vendors").glob("*.toml"):
        old.unlink()
    (folder / "capabilities.toml").write_text(CAPABILITIES, encoding="utf-8")
    for key, text in (vendors or {"acme": ACME}).items():
        (folder / "vendors" / f"{key}.toml").write_text(text, encoding="utf-8")
    return folder


#: A vendor with a fact of its own, and a product with two plans whose facts differ.
LUMEN = """
name = "Lumen"
country = "NO"
source = "written for a test"

[[facts]]
attribute = "owner.country"
value = "NO"
source = "https://lumen.example/company"
seen = 2026-10-07
basis = "vendor"

[[products]]
key = "lumen/draft"
name = "Lumen Draft"
domain = "lumen.example"
capabilities = ["general-chat"]
names = ["Lumen Draft"]

[[products.plans]]
key = "free"
name = "Free"
tier = "free"
source = "https://lumen.example/plans"
seen = 2026-10-07
basis = "vendor"

[[products.plans]]
key = "team"
name = "Team"
tier = "team"

[[products.plans.prices]]
amount = "40.00"
currency = "USD"
per = "seat"
every = "month"
billed = "yearly"
minimum_seats = 5
source = "https://lumen.example/pricing"
seen = 2026-10-07
basis = "vendor"

[[products.facts]]
attribute = "training.default"
value = "opt-out-user"
plans = ["free"]
source = "https://lumen.example/terms"
seen = 2026-10-07
basis = "vendor"
since = 2025-08-28

[[products.facts]]
attribute = "training.default"
value = "never"
plans = ["team"]
source = "https://lumen.example/terms"
seen = 2026-10-07
basis = "vendor"

[[products.facts]]
attribute = "acts"
value = ["writes-in-apps", "drafts"]
seen = 2026-10-07
basis = "general-knowledge"
"""


def lumen(*changes: tuple[str, str]) -> str:
    """That vendor with some texts in it changed once; each must be there."""
    text = LUMEN
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
