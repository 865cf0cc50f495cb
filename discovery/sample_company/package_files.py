"""What code bases are built from, as CycloneDX 1.6: a file each, as a build writes it."""

from __future__ import annotations

import json
from functools import partial

from discovery.sample_company.files import FileRow, SampleFile
from discovery.sample_company.world import Package, World


def package_files(seed: int, world: World) -> list[SampleFile]:
    """``seed`` decides nothing here: the lists follow from the world."""
    files = []
    for repository in sorted({package.repository for package in world.packages}):
        rows = [FileRow(_component(p)) for p in world.packages if p.repository == repository]
        # What a scanner found in a folder and could not name.
        rows.insert(len(rows) // 2, FileRow(b'{"type":"library","name":"","version":"1.0"}', "row"))
        group, _, name = repository.partition("/")
        frame = partial(_frame, group, name, f"{world.end.isoformat()}T05:00:00Z")
        files.append(SampleFile(f"code/{name}.cdx.json", tuple(rows), frame, b",\n", by_line=False))
    return files


def _component(package: Package) -> bytes:
    kind, _, path = package.url.partition("/")
    group, _, name = path.rpartition("/")
    found = {"type": "library", "group": group, "name": name, "version": package.version}
    purl = f"{kind}/{path.replace('@', '%40')}@{package.version}"
    return json.dumps({**{k: v for k, v in found.items() if v}, "purl": purl}, separators=(",", ":")).encode()


def _frame(group: str, name: str, stated: str, file: SampleFile) -> tuple[bytes, bytes]:
    about = {"type": "application", "group": group, "name": name}
    metadata = json.dumps({"timestamp": stated, "component": about}, separators=(",", ":"))
    head = f'{{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{metadata},"components":[\n'
    return head.encode(), b"\n]}\n"
