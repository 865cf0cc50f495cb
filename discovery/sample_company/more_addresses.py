"""Addresses of roles (security@…) as further addresses of people: who signs in with one has records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from discovery.sample_company.directory_file import directory_file
from discovery.sample_company.files import AnyFile
from discovery.sample_company.world import World


def with_addresses(
    seed: int, world: World, files: Sequence[AnyFile], addresses: Sequence[str]
) -> tuple[AnyFile, ...]:
    """The same files, but the directory gives each of these addresses to somebody besides their own.

    To people who are here, whose name nobody shares, and of whom most kinds of evidence tell: purchases,
    sign-ins, grants. No record states such an address, so nothing that is true of the company changes.
    """
    kinds: dict[int, set[str]] = defaultdict(set)
    for kind, seen in (("paid", world.spending), ("signed in", world.sign_ins), ("granted", world.grants)):
        for one in seen:
            if one.product and one.person:
                kinds[one.person.number].add(kind)
    called = Counter(person.name for person in world.people)
    here = [
        person
        for person in world.people
        if not person.outsider and person.left is None and called[person.name] == 1
    ]
    chosen = sorted(here, key=lambda person: (-len(kinds[person.number]), person.number))
    given = {person.number: address for person, address in zip(chosen, addresses, strict=False)}
    people = tuple(
        replace(person, aliases=(*person.aliases, given[person.number])) if person.number in given else person
        for person in world.people
    )
    directory = directory_file(seed, replace(world, people=people))
    return tuple(directory if file.name == directory.name else file for file in files)
