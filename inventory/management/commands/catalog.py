"""``catalog``: how much the catalog knows; packs of it looked at, applied and made."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from discovery.models import Descriptor
from discovery.sealing import SealBroken
from inventory import catalog_packs
from inventory.company_time import day_of
from inventory.pack_preview import changed_products, effect_of
from inventory.pack_report import lines_of
from inventory.recompute import StillBusy
from vendors import command_line
from vendors.applied_packs import edition_of, loaded_edition, read_pack, refuse_older, unpacked
from vendors.catalog_files import SHIPPED, Catalog, InvalidCatalog
from vendors.catalog_index import catalog_version
from vendors.fact_counts import WELL_KNOWN, FactCounts, count_facts
from vendors.load import sound_catalog
from vendors.models import CatalogPack
from vendors.pack_files import NotAPack, Pack, make_pack, new_key, private_key
from vendors.risk_attributes import attributes
from vendors.software_version import VERSION

_BASIS_WORDS = {
    "vendor": "first hand (the maker says so)",
    "secondary": "second hand (somebody else says so)",
    "general-knowledge": "general knowledge, unchecked",
}


class Command(command_line.Command):
    help = "Tell what the loaded catalog knows; look at, apply or make a pack of a catalog."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(
            dest="part", required=True, metavar="facts|diff|apply|packs|pack|keygen"
        )
        facts = parts.add_parser("facts", help="count facts by basis and attribute")
        diff = parts.add_parser("diff", help="what a pack would change here; changes nothing")
        apply = parts.add_parser("apply", help="load a pack; recognitions and figures follow")
        packs = parts.add_parser("packs", help="which packs were applied here, by whom and why")
        for part in (facts, diff, apply, packs):
            part.add_argument("--json", action="store_true", help="print one JSON object")
        for part in (diff, apply):
            part.add_argument("pack", type=Path, metavar="PACK", help="the file of a pack")
        apply.add_argument("--reason", required=True, help="kept with the pack")
        apply.add_argument("--by", default="", help="who applies it; default: the account of this shell")
        pack = parts.add_parser("pack", help="make a signed pack of a folder with a catalog")
        pack.add_argument("out", type=Path, metavar="OUT", help="the file to write")
        pack.add_argument("--key", type=Path, required=True, help="file with the private key")
        pack.add_argument("--folder", type=Path, default=SHIPPED, help="default: the shipped catalog")
        pack.add_argument(
            "--edition", default="", help="such as 2026.11.26; default: as its edition.txt says"
        )
        pack.add_argument("--needs", default=VERSION, help="the oldest version of the software that reads it")
        keygen = parts.add_parser("keygen", help="make a key that packs are signed with")
        keygen.add_argument("out", type=Path, metavar="OUT", help="the file for the private key")
        keygen.add_argument("--name", required=True, help="by which others call its owner")

    def handle(self, *args: Any, part: str, **options: Any) -> None:
        {
            "facts": self._facts,
            "diff": self._diff,
            "apply": self._apply,
            "packs": self._packs,
            "pack": self._pack,
            "keygen": self._keygen,
        }[part](options)

    def _facts(self, options: dict[str, Any]) -> None:
        if not catalog_version():
            raise CommandError("No catalog is loaded: run manage.py load_catalog.")
        counts = count_facts(timezone.now().date())
        if options["json"]:
            self.stdout.write(json.dumps({"facts": counts.facts, "prices": counts.prices} | asdict(counts)))
        else:
            self.stdout.write("\n".join(_table(counts)))

    def _diff(self, options: dict[str, Any]) -> None:
        pack, catalog = _opened(options["pack"])
        try:
            with _bar() as bar:
                effect = effect_of(pack, catalog, day_of(timezone.now()), bar.update)
        except (SealBroken, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(effect.told()) if options["json"] else "\n".join(lines_of(effect)))

    def _apply(self, options: dict[str, Any]) -> None:
        pack, catalog = _opened(options["pack"])
        reason = " ".join(options["reason"].split())
        if not reason or len(reason) > 500:
            raise CommandError("Say why with --reason, in at most 500 characters.", returncode=2)
        actor = options["by"].strip()[:254] or f"{getpass.getuser()} at the command line"
        try:
            with _bar() as bar:
                changes, done = catalog_packs.apply(
                    pack, catalog, actor=actor, reason=reason, now=timezone.now(), progress=bar.update
                )
        except (SealBroken, StillBusy, NotAPack, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from None
        told = {
            "edition": pack.edition,
            "products": {
                "added": list(changes.added),
                "changed": changed_products(changes),
                "removed": list(changes.withdrawn),
            },
            **asdict(done),
        }
        if options["json"]:
            self.stdout.write(json.dumps(told))
            return
        self.stdout.write(
            f"Edition {pack.edition} is loaded: {len(changes.added):,} products added, "
            f"{len(changed_products(changes)):,} changed, {len(changes.withdrawn):,} removed; "
            f"{done.descriptors:,} texts asked about again, {done.changed:,} stand for something else now."
        )
        for key in done.new_tools:
            self.stdout.write(f"  new in the inventory: {key}")
        for key in done.gone_tools:
            self.stdout.write(f"  no longer seen: {key}")

    def _packs(self, options: dict[str, Any]) -> None:
        names = ("edition", "signed_by", "sha256", "actor", "reason", "applied_at", "recognised_at")
        applied = list(CatalogPack.objects.order_by("-pk").values(*names))
        if options["json"]:
            told = {"loaded": loaded_edition(), "shipped": edition_of(SHIPPED), "applied": applied}
            self.stdout.write(json.dumps(told, default=str))
            return
        self.stdout.write(f"Loaded: edition {loaded_edition() or 'unknown'}; shipped: {edition_of(SHIPPED)}.")
        for one in applied:
            waits = "" if one["recognised_at"] else "; texts are still to be asked about again"
            self.stdout.write(
                f"  {one['applied_at']:%Y-%m-%d} edition {one['edition']} by {one['signed_by']}: "
                f"{one['actor']}: {one['reason']}{waits}"
            )

    def _pack(self, options: dict[str, Any]) -> None:
        folder, out = options["folder"], options["out"]
        try:
            sound_catalog(folder)
            content = make_pack(
                folder,
                options["edition"] or edition_of(folder),
                private_key(options["key"].read_bytes()),
                needs=options["needs"],
            )
            out.write_bytes(content)
        except InvalidCatalog as invalid:
            raise CommandError(f"No pack was made. {invalid}") from None
        except OSError as error:
            raise CommandError(f"No pack was made: {error.filename}: {error.strerror}.") from None
        except ValueError as error:
            raise CommandError(f"No pack was made: {error}.", returncode=2) from None
        self.stdout.write(f"Written: {out} ({len(content):,} bytes)")

    def _keygen(self, options: dict[str, Any]) -> None:
        name = " ".join(options["name"].replace("#", " ").split())
        if not name:
            raise CommandError("Give a name with --name.", returncode=2)
        private, public = new_key()
        try:
            file = os.open(options["out"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(
                f"{options['out']}: {error.strerror}; no key was made. Name a file that is not there yet."
            ) from None
        with os.fdopen(file, "wb") as new:
            new.write(private)
        self.stderr.write(
            f"The private key is in {options['out']}: keep it where packs are made and nowhere else. "
            f"Who is to take them adds this line to {settings.PENUMBRA['CATALOG_KEYS']}:"
        )
        self.stdout.write(f"{name} {public}")


def _opened(path: Path) -> tuple[Pack, Catalog]:
    """A pack that may be applied here, and the catalog in it."""
    try:
        pack = read_pack(path)
        refuse_older(pack)
        with unpacked(pack) as folder:
            return pack, sound_catalog(folder)
    except NotAPack as fault:
        raise CommandError(f"{path} was not taken: {fault}.") from None
    except InvalidCatalog as invalid:
        raise CommandError(f"{path} was not taken. {invalid}") from None


def _bar() -> Any:
    return tqdm(
        total=Descriptor.objects.count(), desc="Recognising", unit=" texts", unit_scale=True,
        disable=None, leave=False,
    )  # fmt: skip


def _table(counts: FactCounts) -> Iterator[str]:
    yield (
        f"{_counted(counts.facts, 'fact')} and {_counted(counts.prices, 'list price')}; "
        f"{counts.history} more {'is' if counts.history == 1 else 'are'} history."
    )
    yield f"{'':<44}{'facts':>8}{'prices':>8}"
    for basis, words in _BASIS_WORDS.items():
        yield f"{words:<44}{counts.by_basis[basis]:>8}{counts.prices_by_basis[basis]:>8}"
    yield ""
    for key, count in counts.by_attribute.items():
        yield f"{attributes()[key].name:<44}{count:>8}"
    yield ""
    have = "has a fact, its" if counts.with_facts == 1 else "have a fact, their"
    yield f"{counts.with_facts} of {_counted(counts.products, 'product')} {have} maker's among them."
    yield (
        f"With {WELL_KNOWN} sourced facts or more: {counts.well_known}; "
        f"where sourced list prices count too: {counts.well_known_with_prices}."
    )
    yield f"With plans: {counts.with_plans}, of which a source tells for {counts.with_sourced_plans}."
    told, unknown = counts.complete["told"], counts.complete["unknown"]
    yield (
        f"With category, plans and the maker's country: {told + unknown}; "
        f"whether it trains on what people enter is told of {told} and unknown of {unknown}."
    )
    yield f"Stale, last looked at more than 180 days ago: {counts.stale}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
