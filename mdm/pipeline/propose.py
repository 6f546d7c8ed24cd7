"""Keep proposals in step with the edits they stand for.

Open are exactly today's contested edits that no person has decided, whatever order they came in: a new one opens, one
the golden record holds by now is confirmed, one its source has taken back is withdrawn.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import Q

from mdm.engine import prices
from mdm.engine.kinds import Kind
from mdm.engine.survivorship.resolve import Contest
from mdm.engine.survivorship.strategies import identity
from mdm.engine.values import Json, Key
from mdm.entities import ENTITIES
from mdm.models import GoldenValues, Proposal, bulk

State = Proposal.State
Edit = tuple[int, str, str]  # record, key, digest of the value


def apply(contests: Sequence[tuple[int, Contest]], rows: Mapping[int, GoldenValues], now: datetime) -> None:
    """Bring the proposals of these golden records, locked by the caller, up to date with all their contested edits."""
    contested: dict[Edit, tuple[int, Contest]] = {}
    for golden, contest in contests:
        contested.setdefault(_edit(contest), (golden, contest))
    known = _known(contested, rows)
    news, moved = [], []
    for edit, (golden, contest) in contested.items():
        if any(_decided(row, contest) for row in known[edit]):
            continue
        undecided = next((row for row in known[edit] if row.actor_id is None), None)
        if undecided is None:
            news.append(_lay(Proposal(opened_at=now), golden, contest))
        elif _said(undecided) != _said(_lay(undecided, golden, contest)):
            undecided.version += 1
            moved.append(undecided)
    bulk.insert(news)
    bulk.update(moved, ["state", "closed_at", "owner", "owner_value", "source_time", "version"])
    pending = [row for edit, found in known.items() if edit not in contested for row in found]
    _close(pending, rows, now)
    _follow(row for found in known.values() for row in found)


def _known(contested: Iterable[Edit], rows: Mapping[int, GoldenValues]) -> dict[Edit, list[Proposal]]:
    """Proposals that may stand for one of these edits, and all pending ones, locked against a steward's decision."""
    wanted = Q(state__in=[State.OPEN, State.ACCEPTED]) | Q(record__in={record for record, _, _ in contested})
    found: dict[Edit, list[Proposal]] = defaultdict(list)
    locked = Proposal.objects.select_for_update(of=["self"]).filter(wanted, record__golden__in=list(rows))
    for row in locked.select_related("record").order_by("pk"):
        found[row.record_id, row.key, row.value_digest].append(row)
    return found


def _edit(contest: Contest) -> Edit:
    return contest.source.record_id, contest.key, value_digest(contest.value)


def _decided(row: Proposal, contest: Contest) -> bool:
    """Whether a person's word on this proposal covers the edit; made anew later, it is another edit."""
    if row.state == State.ACCEPTED:
        return True
    return row.actor_id is not None and row.source_time >= datetime.fromisoformat(contest.at)


def _lay(row: Proposal, golden: int, contest: Contest) -> Proposal:
    row.golden_id, row.record_id, row.key = golden, contest.source.record_id, contest.key
    row.value, row.value_digest = contest.value, value_digest(contest.value)
    row.owner, row.owner_value = contest.owner, contest.owner_value
    # a late version may have shown that the edit is older than it seemed
    row.source_time = datetime.fromisoformat(contest.at)
    row.state, row.closed_at = State.OPEN, None
    return row


def _said(row: Proposal) -> tuple[object, ...]:
    return row.state, row.owner, row.owner_value, row.source_time


def _close(rows: Iterable[Proposal], goldens: Mapping[int, GoldenValues], now: datetime) -> None:
    """What the golden record holds is confirmed; what nobody says any more and nobody accepted is withdrawn."""
    closing: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        golden = goldens.get(row.record.golden_id or 0)
        held = golden.values.get(row.key) if golden else None
        if row.state not in (State.OPEN, State.ACCEPTED):
            continue
        if _holds(held, row):
            closing[State.CONFIRMED].append(row.pk)
        elif row.state == State.OPEN:
            closing[State.WITHDRAWN].append(row.pk)
    for state, pks in closing.items():
        Proposal.objects.filter(pk__in=pks).update(state=state, closed_at=now)


def _holds(held: Json, row: Proposal) -> bool:
    """Whether the golden value is what was proposed, or has it in its list; of prices, from the day of the edit on."""
    if held == row.value or (isinstance(held, list) and row.value in held):
        return True
    priced = ENTITIES[row.record.entity].kind(Key.parse(row.key).name) == Kind.PRICE
    return priced and prices.agrees(row.value, held, row.source_time.astimezone(UTC).date().isoformat())


def _follow(rows: Iterable[Proposal]) -> None:
    """A proposal belongs to the golden record its source record belongs to."""
    moved = {row.pk: row.record.golden_id for row in rows if row.golden_id != row.record.golden_id}
    bulk.assign(Proposal, "golden_id", moved)


def value_digest(value: Json) -> str:
    return hashlib.blake2b(identity(value).encode(), digest_size=16).hexdigest()
