"""Lists of seats: ChatGPT's user reports of the last two months (CSV), and a page of GitHub's Copilot seats.

ChatGPT's list says of which month it is. GitHub's says nothing of its own day, and names people by login;
an e-mail address stands there for those who made theirs public.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, datetime, time
from random import Random

from discovery.sample_company.files import FileRow, SampleFile
from discovery.sample_company.seats import CHAT, CODING, chat_periods, used_days
from discovery.sample_company.world import Seat, World, chance

_COLUMNS = (
    "cadence",
    "period_start",
    "period_end",
    "account_id",
    "public_id",
    "name",
    "email",
    "role",
    "user_role",
    "department",
    "groups",
    "user_status",
    "created_or_invited_date",
    "is_active",
    "first_day_active_in_period",
    "last_day_active_in_period",
    "messages",
    "last_day_active",
)
_WORKSPACE = "b7c1f0d2-6a44-4f0e-9b7e-3d2a1c5e8f90"


def seat_files(seed: int, world: World) -> list[SampleFile]:
    random = chance(seed, "seat files")
    ids = {person.number: f"user-{random.getrandbits(96):024x}" for person in world.people}
    files = [_chat_list(random, world, ids, period) for period in chat_periods(world.start, world.end)]
    return [*files, _copilot_seats(random, world)]


def _chat_list(random: Random, world: World, ids: dict[int, str], period: tuple[date, date]) -> SampleFile:
    first, last = period
    used = used_days(CHAT, world.sign_ins)
    standing = [seat for seat in world.seats if seat.product == CHAT and seat.stands(last)]
    rows = []
    for number, seat in enumerate(standing):
        days = [day for day in used.get(seat.person.number, ()) if day <= last]
        within = [day for day in days if day >= first]
        rows.append(
            [
                "Monthly",
                first.isoformat(),
                last.isoformat(),
                _WORKSPACE,
                ids[seat.person.number],
                "" if seat.invited else seat.person.name,
                seat.address,
                "",
                "account-owner" if number == 0 else "standard-user",
                "",
                "",
                "pending" if seat.invited else "enabled",
                seat.since.isoformat(),
                "1" if within else "0",
                within[0].isoformat() if within else "",
                within[-1].isoformat() if within else "",
                str(sum(random.randrange(2, 30) for _ in within)),
                days[-1].isoformat() if days else "",
            ]
        )
    made = [FileRow(_cells(row)) for row in rows]
    nameless = list(rows[0])
    nameless[4:7] = [f"user-{random.getrandbits(96):024x}", "", ""]
    made.insert(len(made) // 2, FileRow(_cells(nameless), "person"))
    head = _cells(_COLUMNS) + b"\n"
    return SampleFile(
        f"seats/chatgpt-users-{first:%Y-%m}.csv", tuple(made), lambda file: (head, b"\n"), b"\n", by_line=True
    )


def _cells(cells: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue().encode()


def _copilot_seats(random: Random, world: World) -> SampleFile:
    used = used_days(CODING, world.sign_ins)
    rows = [
        FileRow(_json(_copilot_seat(random, seat, used.get(seat.person.number, ()))))
        for seat in world.seats
        if seat.product == CODING
    ]
    # GitHub keeps the seat of an account that was deleted, and no name with it.
    ghost = {"created_at": _instant(world.start), "plan_type": "business", "assignee": None}
    rows.insert(len(rows) // 2, FileRow(_json(ghost), "person"))
    return SampleFile("seats/github-copilot-seats.json", tuple(rows), _seat_frame, b",\n", by_line=False)


def _copilot_seat(random: Random, seat: Seat, days: Sequence[date]) -> dict[str, object]:
    active = _instant(days[-1]) if days else None
    editor = random.choice(("vscode/1.104.0/copilot-chat/0.31.0", "JetBrains-IC/252.25557.131/"))
    number = 11_000_000 + 7 * seat.person.number
    return {
        "created_at": _instant(seat.since),
        "pending_cancellation_date": None,
        "last_activity_at": active,
        "last_activity_editor": editor if active else None,
        "plan_type": "business",
        "organization": {"login": "norrland", "id": 4_100_200},
        "assignee": {
            "login": seat.login,
            "id": number,
            "email": seat.address or None,
            "type": "User",
            "site_admin": False,
        },
    }


def _seat_frame(file: SampleFile) -> tuple[bytes, bytes]:
    return f'{{"total_seats":{file.total or len(file.rows)},"seats":[\n'.encode(), b"\n]}\n"


def _instant(day: date) -> str:
    return datetime.combine(day, time(9, 30)).isoformat() + "Z"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
