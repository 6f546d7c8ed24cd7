"""Keep proposals in step with the edits they stand for.

Open are exactly today's contested edits that no person has decided, whatever order they came in: a new one opens, one
the golden record holds by now is confirmed, one its source has taken back is withdrawn.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from mdm.engine import prices
from mdm.engine.kinds import Kind
from mdm.engine.survivorship.resolve import Contest
from mdm.engine.survivorship.strategies import identity
from mdm.engine.values import Json, Key
from mdm.models import GoldenValues, Proposal, bulk, reading

State = Proposal.State
Edit = tuple[int, str, str]  # record, key, digest of the value

# Proposals that may stand for a contested edit, and all pending ones, locked against a steward's decision.
_KNOWN = """
SELECT * FROM mdm_proposal
 WHERE record_id = ANY(%(homes)s) AND (state IN ('open', 'accepted') OR record_id = ANY(%(contested)s))
 ORDER BY id FOR UPDATE
"""


def apply(
    contests: Sequence[tuple[int, Contest]],
    rows: Mapping[int, GoldenValues],
    homes: Mapping[int, int],
    now: datetime,
) -> None:
    """Bring the proposals of these golden records, locked by the caller, up to date with all their contested edits.

    `homes`: record -> golden record, of all records of these golden records.
    """
    contested: dict[Edit, tuple[int, Contest]] = {}
    for golden, contest in contests:
        contested.setdefault(_edit(contest), (golden, contest))
    known = _known(contested, homes)
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
    bulk.insert(news, ids=False)
    bulk.update(moved, ["state", "closed_at", "owner", "owner_value", "source_time", "version"])
    pending = [row for edit, found in known.items() if edit not in contested for row in found]
    _close(pending, {pk: rows[golden] for pk, golden in homes.items() if golden in rows}, now)
    _follow((row for found in known.values() for row in found), homes)


def _known(contested: Iterable[Edit], homes: Mapping[int, int]) -> dict[Edit, list[Proposal]]:
    asked = {"homes": list(homes), "contested": [*{record for record, _, _ in contested}]}
    found: dict[Edit, list[Proposal]] = defaultdict(list)
    for row in reading.rows(Proposal, _KNOWN, asked):
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
    """What the golden record holds is confirmed; what nobody says any more and nobody accepted is withdrawn.

    `goldens`: the golden values by the id of a record.
    """
    closing: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.state not in (State.OPEN, State.ACCEPTED):
            continue
        if _holds(goldens[row.record_id], row):
            closing[State.CONFIRMED].append(row.pk)
        elif row.state == State.OPEN:
            closing[State.WITHDRAWN].append(row.pk)
    for state, pks in closing.items():
        Proposal.objects.filter(pk__in=pks).update(state=state, closed_at=now)


def _holds(golden: GoldenValues, row: Proposal) -> bool:
    """Whether the golden value is what was proposed, or has it in its list; of prices, from the day of the edit on."""
    held: Json = golden.values.get(row.key)
    if held == row.value or (isinstance(held, list) and row.value in held):
        return True
    priced = golden.entity.kind(Key.parse(row.key).name) == Kind.PRICE
    return priced and prices.agrees(row.value, held, row.source_time.astimezone(UTC).date().isoformat())


def _follow(rows: Iterable[Proposal], homes: Mapping[int, int]) -> None:
    """A proposal belongs to the golden record its source record belongs to."""
    moved = {row.pk: homes[row.record_id] for row in rows if row.golden_id != homes[row.record_id]}
    bulk.assign(Proposal, "golden_id", moved)


def value_digest(value: Json) -> str:
    return hashlib.blake2b(identity(value).encode(), digest_size=16).hexdigest()
