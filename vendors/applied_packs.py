"""Which catalog this installation has: the shipped files, or a pack that was applied and is newer."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from vendors.catalog_files import SHIPPED
from vendors.models import CatalogPack, CatalogState
from vendors.pack_files import LARGEST_PACK, NotAPack, Pack, edition_order, open_pack, reopen, trusted_keys
from vendors.software_version import VERSION

_PUBLISHED_KEYS = Path(__file__).parent / "catalog_keys.txt"


def edition_of(folder: Path) -> str:
    """What a folder's files call themselves; "" where they say nothing."""
    file = folder / "edition.txt"
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def loaded_edition() -> str:
    """The edition that is loaded; "" for none, or for one that does not say."""
    return CatalogState.objects.values_list("edition", flat=True).first() or ""


def newest_pack() -> CatalogPack | None:
    """The pack that was applied last."""
    return CatalogPack.objects.exclude(content=None).order_by("-pk").first()


def loaded_instead() -> Pack | None:
    """The applied pack, where it is newer than the shipped files."""
    kept = newest_pack()
    if kept is None or edition_order(kept.edition) <= edition_order(edition_of(SHIPPED)):
        return None
    return reopen(bytes(kept.content), kept.signed_by)


@contextmanager
def unpacked(pack: Pack, only: Collection[str] | None = None) -> Iterator[Path]:
    """A folder with a pack's files, or those of these names, for as long as it is needed. Raises NotAPack."""
    with tempfile.TemporaryDirectory(prefix="penumbra-catalog-") as place:
        try:
            pack.write_to(Path(place), only)
        except OSError as error:
            raise NotAPack(
                f"it cannot be unpacked below {place} ({error.strerror}); make room there"
            ) from None
        yield Path(place)


def trusted() -> dict[str, str]:
    """Public key → name, of those whose packs are taken here. Raises NotAPack naming file and line."""
    found = {}
    for file in (_PUBLISHED_KEYS, Path(settings.PENUMBRA["CATALOG_KEYS"])):
        try:
            found |= trusted_keys(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise NotAPack(f"the file of trusted keys {file} cannot be used: {error}") from None
    return found


def read_pack(path: Path) -> Pack:
    """A pack from a file, its signature and checksums checked. Raises NotAPack."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_PACK + 1)
    except OSError as error:
        raise NotAPack(f"it cannot be read ({error.strerror})") from None
    return open_pack(content, trusted(), software=VERSION)


def refuse_older(pack: Pack) -> None:
    """Raises NotAPack where what is loaded is newer, or another pack of the same edition."""
    loaded = max(loaded_edition(), edition_of(SHIPPED), key=edition_order)
    if edition_order(pack.edition) < edition_order(loaded):
        raise NotAPack(f"it is edition {pack.edition}, and edition {loaded} is loaded; take a newer one")
    if edition_order(pack.edition) == edition_order(loaded):
        kept = newest_pack()
        if kept is None or kept.sha256 != pack.sha256:
            raise NotAPack(f"edition {loaded} is loaded already, and this is another one of that number")
