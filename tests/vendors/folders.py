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
