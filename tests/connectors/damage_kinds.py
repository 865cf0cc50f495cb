"""Ways in which a file comes damaged, each a function of a seeded chance and the intact bytes.

They are what disks, mail programs, spreadsheets, editors and ill will do to exports. None knows a
connector: a damage that a format has no place for leaves the bytes nearly as they were, and the
file then still has to be read.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

from openpyxl import Workbook

Damage = Callable[[Random, bytes], bytes]

#: What credentials look like; no sentence may repeat one, whatever row it stood in.
SECRETS = (
    "sk-ant-api03-Zq81mXoPltW0kfVuYhC2nRjE",
    "AKIAQ7ZXKJ3MPLWVTN5D",
    "ghp_9vTkLq2WmXzR4sYb7NcJdHf1PgAo3Ue6",
)
_HUGE = (
    "9" * 400,
    "1e999",
    "-1e308",
    "NaN",
    "Infinity",
    "-0",
    "1" + "0" * 30,
    "1_000",
    "٣٤",
    "0x1F",
    "²",
    "1e-400",
)
_DAYS = (
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "2026-13-45",
    "2026-02-30",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-01-01T25:61:61Z",
    "99999999999999999999",
    "-1",
    "2026-01-01T00:00:00.123456789123Z",
    "2026-W01-1",
)
_CONTENT = b"\x00\x01\x1b\x80\xff\xfe\xc3\xed\xa0\x80\xe2\x80\xa8{}[]\",:;<>/&\\\n\r\t'=+-@ 9a"
_DATE = re.compile(
    rb"(?:19|20)\d\d-?[01]\d-?[0-3]\d(?:T[\d:.]+Z?)?|\b[0-3]?\d[./][01]?\d[./](?:20)?\d\d\b|\b1[67]\d{8,11}\b"
)
_NUMBER = re.compile(rb"\d+(?:[.,]\d+)*")
_NAME = re.compile(rb'"[A-Za-z_][\w .-]{1,40}"(?=\s*:)|(?<=[</])[A-Za-z][\w:.-]{1,40}|(?<=:)\d\d[A-Z]?(?=:)')


def _span(chance: Random, content: bytes, most: int) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.randint(1, most))


def _put(content: bytes, start: int, end: int, new: bytes) -> bytes:
    return content[:start] + new + content[end:]


def _replaced(chance: Random, content: bytes, pattern: re.Pattern[bytes], values: tuple[str, ...]) -> bytes:
    found = list(pattern.finditer(content))
    for one in sorted(
        chance.sample(found, min(len(found), chance.choice((1, 1, 2, 5)))), key=lambda f: -f.start()
    ):
        content = _put(content, one.start(), one.end(), chance.choice(values).encode())
    return content


# --- bytes ------------------------------------------------------------------------------------------


def cut(chance: Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def beginning_lost(chance: Random, content: bytes) -> bytes:
    return content[chance.randrange(len(content) + 1) :]


def flipped(chance: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8, 40)) if content else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def piece_lost(chance: Random, content: bytes) -> bytes:
    start, end = _span(chance, content, 80)
    return content[:start] + content[end:]


def piece_twice(chance: Random, content: bytes) -> bytes:
    start, end = _span(chance, content, 400)
    return content[:end] + content[start:end] + content[end:]


def garbage(chance: Random, content: bytes) -> bytes:
    start, end = _span(chance, content, 4)
    return _put(content, start, end, bytes(chance.choices(_CONTENT, k=chance.randint(1, 12))))


def zeros(chance: Random, content: bytes) -> bytes:
    start, end = _span(chance, content, 60)
    return _put(content, start, end, b"\0" * chance.choice((1, end - start, 5000)))


def other_encoding(chance: Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    name = chance.choice(
        ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "cp037", "utf-7")
    )
    encoded = text.encode(name, "replace")
    return encoded[: -chance.choice((1, 1, 3))] if chance.random() < 0.4 else encoded


def broken_encoding(chance: Random, content: bytes) -> bytes:
    for _ in range(chance.choice((1, 3, 20))):
        at = chance.randrange(len(content) + 1)
        new = chance.choice(
            (b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\xf4\x90\x80\x80", b"\x81", rb"\ud800", b"&#0;")
        )
        content = _put(content, at, at, new)
    return content


def quote_opened(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return _put(
        content, at, at, chance.choice((b'"', b'"', b',"', b"'", b'"""', b"\\", b"<![CDATA[", b"<!--", b"/*"))
    )


def line_ends(chance: Random, content: bytes) -> bytes:
    new = chance.choice((b"\r", b"\r\r\n", b"\n\r", b"\r\n", b"\x0b", b"\xe2\x80\xa8", b"\xc2\x85", b""))
    return content.replace(b"\r\n", b"\n").replace(b"\n", new)


# --- values -----------------------------------------------------------------------------------------


def huge_numbers(chance: Random, content: bytes) -> bytes:
    return _replaced(chance, content, _NUMBER, _HUGE)


def impossible_days(chance: Random, content: bytes) -> bytes:
    return _replaced(chance, content, _DATE, _DAYS)


def renamed(chance: Random, content: bytes) -> bytes:
    """A member, an element or a column by another name, everywhere."""
    if b"," in content.split(b"\n", 1)[0] and content[:1] not in b"[{<":
        rows = _rows(content)
        column = chance.randrange(len(rows[0]) or 1)
        rows[0][column : column + 1] = [
            chance.choice(("", "Colonne1", rows[0][0], "Amount", "Date", "E-mail"))
        ]
        return _table(rows)
    names = _NAME.findall(content)
    if not names:
        return piece_lost(chance, content)
    new = chance.choice((b"renamed", b"id", b"Value", b"amount", b"date"))
    old = chance.choice(names)
    return content.replace(old, b'"%s"' % new if old.startswith(b'"') else new)


def other_types(chance: Random, content: bytes) -> bytes:
    """Some values of a JSON file are of another type; any other file gets garbage."""
    try:
        documents = [json.loads(content)]
    except (ValueError, RecursionError):
        try:
            documents = [json.loads(line) for line in content.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return garbage(chance, content)
    share = chance.choice((0.02, 0.05, 0.2))
    return b"\n".join(json.dumps(_retyped(chance, document, share)).encode() for document in documents)


_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**25, "", " ", "x", [], {}, [None], [[]], {"": None}, ["x", 1],
    {"id": []},
    "2026-02-30", "\ud800", "\0", "9" * 5000, [{}], float("nan"),
)  # fmt: skip


def _retyped(chance: Random, value: Any, share: float) -> Any:
    if chance.random() < share:
        return chance.choice(_VALUES)
    if isinstance(value, dict):
        return {key: _retyped(chance, inner, share) for key, inner in value.items()}
    if isinstance(value, list):
        return [_retyped(chance, inner, share) for inner in value]
    return value


def secrets_in_it(chance: Random, content: bytes) -> bytes:
    """A credential where somebody pasted one, in a file that is damaged too."""
    return garbage(chance, _replaced(chance, content, re.compile(rb"[A-Za-z0-9@.]{3,}"), SECRETS))


def formulas(chance: Random, content: bytes) -> bytes:
    return _replaced(
        chance, content, re.compile(rb"[A-Za-z]{4,}"), ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "‮txt")
    )


# --- structure --------------------------------------------------------------------------------------


def nested(chance: Random, content: bytes) -> bytes:
    """JSON or XML nested deeper than anybody nests it, closed again or cut."""
    depth = chance.choice((30, 70, 2000, 100_000))
    opened, closed = chance.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>")))
    at = chance.choice([0, *(found.end() for found in re.finditer(rb"[:>,]\s*", content))])
    return _put(content, at, at, opened * depth + (closed * depth if chance.random() < 0.5 else b""))


def entity_bomb(chance: Random, content: bytes) -> bytes:
    bombs = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    inside = chance.choice(
        (
            b'<!ENTITY a0 "lol">' + bombs,
            b'<!ENTITY a11 SYSTEM "file:///etc/passwd">',
            b'<!ENTITY % a11 SYSTEM "http://127.0.0.1:9/x"> %a11;',
        )
    )
    root = re.search(rb"<[A-Za-z]", content)
    at = root.start() if root else 0
    text = _put(content, at, at, b"<!DOCTYPE a [" + inside + b"]>")
    places = [found.end() for found in re.finditer(rb">(?=[^<>\s])", text)]
    return _put(text, places[-1], places[-1], b"&a11;") if places else text


def long_line(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return _put(
        content,
        at,
        at,
        chance.choice((b"x", b",", b'"', b" ", b"{", b"1", b"\xc3\xa4")) * chance.choice((5000, 1_200_000)),
    )


def lines_mixed(chance: Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    if chance.random() < 0.5 and lines:
        del lines[chance.randrange(len(lines))]
    else:
        chance.shuffle(lines)
    return b"".join(lines)


def many_rows(chance: Random, content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines) + (lines[-1] if lines else b"") * chance.choice((300, 3000))


def columns_shuffled(chance: Random, content: bytes) -> bytes:
    """Columns in another order: all, the header's or some rows'; or a row too short and one too long."""
    rows = _rows(content)
    how = chance.randrange(4)
    if how == 3:
        row = rows[chance.randrange(len(rows))]
        del row[chance.randrange(len(row) + 1) :]
        rows[chance.randrange(len(rows))].extend(["x"] * chance.choice((1, 300)))
        return _table(rows)
    widest = max(map(len, rows))
    order = list(range(widest))
    chance.shuffle(order)
    for number, row in enumerate(rows):
        if how == 0 or (how == 1 and number == 0) or (how == 2 and chance.random() < 0.5):
            rows[number] = [row[column] for column in order if column < len(row)]
    return _table(rows)


def glued(chance: Random, content: bytes) -> bytes:
    """A file behind itself, as collectors leave it, the first without its end."""
    return content[: -chance.randint(1, 40)] + chance.choice((b"", b"\n", b"\xef\xbb\xbf")) + content


def separators(chance: Random, content: bytes) -> bytes:
    old = chance.choice((b",", b";", b":", b"\t", b"."))
    return content.replace(old, chance.choice((b";", b"\t", b"|", b"", b",", b"\x1f")))


# --- packed -----------------------------------------------------------------------------------------


def gzip_damaged(chance: Random, content: bytes) -> bytes:
    return chance.choice((cut, flipped, garbage, glued))(chance, gzip.compress(content, mtime=0))


def zip_damaged(chance: Random, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        archive.writestr(zipfile.ZipInfo("a/export.csv"), content)
        archive.writestr(zipfile.ZipInfo(chance.choice(("b.json", "../b", "ü\n.xml"))), content[::-1])
    return chance.choice((cut, flipped, garbage, glued))(chance, packed.getvalue())


def packed_damage(chance: Random, content: bytes) -> bytes:
    """A whole archive of a damaged file."""
    inside = chance.choice((cut, flipped, quote_opened, huge_numbers, renamed))(chance, content)
    return gzip.compress(inside, mtime=0)


def workbook_damaged(chance: Random, content: bytes) -> bytes:
    """The lines as a workbook whose parts, or whose bytes, are damaged."""
    book = Workbook()
    for row in _rows(re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", content[:20_000])):
        book.active.append(row[:50])
    whole = io.BytesIO()
    book.save(whole)
    how = chance.randrange(3)
    if how == 0:
        return chance.choice((cut, flipped, garbage, zeros))(chance, whole.getvalue())
    packed = io.BytesIO()
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(packed, "w") as after:
        names = before.namelist()
        chosen = chance.choice([name for name in names if "sheet" in name or "Strings" in name] or names)
        for name in names:
            part = before.read(name)
            if name == chosen:
                if how == 2:
                    continue
                part = chance.choice((cut, flipped, garbage, huge_numbers, entity_bomb, renamed))(
                    chance, part
                )
            after.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()


def _rows(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8", "replace").replace("\0", "")
    try:
        return list(csv.reader(io.StringIO(text))) or [[""]]
    except csv.Error:
        return [line.split(",") for line in text.split("\n")]


def _table(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


KINDS: tuple[Damage, ...] = (
    cut,
    flipped,
    columns_shuffled,
    renamed,
    other_types,
    beginning_lost,
    piece_lost,
    piece_twice,
    garbage,
    zeros,
    other_encoding,
    broken_encoding,
    quote_opened,
    line_ends,
    huge_numbers,
    impossible_days,
    secrets_in_it,
    formulas,
    nested,
    entity_bomb,
    long_line,
    lines_mixed,
    many_rows,
    glued,
    separators,
    gzip_damaged,
    zip_damaged,
    packed_damage,
    workbook_damaged,
)
