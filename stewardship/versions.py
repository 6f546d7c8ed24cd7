"""From match models to what their pages say. No queries here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mdm.models import Changeover, MatchJob, MatchModel
from mdm.selectors import matchmodels
from stewardship.comparing import waterfall

Shape = dict[str, Any]
CHIPS = {
    MatchModel.State.PUBLISHED: ("positive", "● in force"),
    MatchModel.State.DRAFT: ("info", "○ draft"),
    MatchModel.State.RETIRED: ("", "◌ retired"),
}
SORTS = {"gained": "Comes together", "broken": "Comes apart"}
ZONES = {"match": "match", "review": "a steward is asked", "no_match": "no match"}


def row(one: matchmodels.Version) -> Shape:
    """A version in the list."""
    chip, words = CHIPS[MatchModel.State(one.state)]
    return {"version": one, "chip": chip, "state": words, "learned": learned(one.figures)}


def learned(figures: Mapping[str, Any]) -> str:
    """What a version was trained from; empty for the built-in one."""
    if not figures:
        return ""
    labels = sum(figures["labels"].values())
    return f"{figures['records']:,} records, {labels:,} decision{'' if labels == 1 else 's'}"


def facts(row: MatchModel) -> list[tuple[str, str]]:
    """How a version was trained, line by line."""
    found, model = row.figures, row.model
    recall = found.get("blocking_recall")
    lines = [
        ("Learned from", learned(found)),
        ("Pairs looked at", f"{found.get('candidates', 0):,}"),
        ("Found by keys", "not estimated" if recall is None else f"{recall:.1%} of all matches, as estimated"),
        ("Before comparing", f"{matchmodels.before(model):+.1f}" if "prior" in model else ""),
        ("Merges from", f"a match weight of {model['match']:.1f}" if "match" in model else ""),
        ("Asks from", f"a match weight of {model['review']:.1f}" if "review" in model else ""),
        ("Without duplicates", _without(found.get("one_to_one", []))),
        ("What that rests on", str(found.get("basis", ""))),
        ("Attributes compared", ", ".join(map(titled, found.get("columns", [])))),
        *(("Note of the run", note) for note in found.get("notes", [])),
    ]
    return [(name, words) for name, words in lines if words]


def _without(sources: Sequence[str]) -> str:
    """Where no two records come together by themselves."""
    return f"No two records of {' or '.join(sources)} merge by themselves, unless a rule allows it" if sources else ""


def weights(row: MatchModel) -> list[Shape]:
    """Comparison by comparison its levels, the best first, each with a bar for its weight."""
    found = matchmodels.weights(row.model)
    most = max((abs(level["weight"]) for one in found for level in one["levels"]), default=1.0) or 1.0
    return [
        {**one, "title": titled(one["name"]), "levels": [_level(level, most) for level in one["levels"]]}
        for one in found
    ]


def titled(column: str) -> str:
    """A column as people read it: `addresses 2 city` is "Addresses 2 city"."""
    return column.replace("_", " ").capitalize()


def _level(level: Mapping[str, Any], most: float) -> Shape:
    width = round(100 * abs(level["weight"]) / most)
    way = "for" if level["weight"] > 0 else "against"
    return {**level, "width": max(2, width), "start": 100 if way == "for" else 100 - width, "way": way}


def moving(changeover: Changeover | None, jobs: Iterable[MatchJob]) -> bool:
    """Whether anything is under way that a page should keep up with."""
    following = changeover is not None and changeover.stage != Changeover.Stage.DONE
    return following or any(job.state in MatchJob.UNDER_WAY for job in jobs)


def following(row: Changeover | None) -> Shape | None:
    """How far the records follow."""
    if row is None:
        return None
    done = row.stage == Changeover.Stage.DONE
    return {"words": matchmodels.words(row), "percent": round(100 * matchmodels.share(row)), "done": done}


def job(one: MatchJob) -> Shape:
    """A training or a comparison, and how it goes."""
    training = one.kind == MatchJob.Kind.TRAIN
    what = "Training a version" if training else f"Comparing version {one.second} with version {one.first}"
    words = {
        MatchJob.State.WAITING: "waits for a worker",
        MatchJob.State.RUNNING: f"{one.phase or 'begins'}, {one.share:.0%}",
        MatchJob.State.DONE: f"done: version {one.second}" if training else "done",
        MatchJob.State.FAILED: one.trouble,
    }
    return {
        "job": one,
        "what": what,
        "words": words[MatchJob.State(one.state)],
        "failed": one.state == MatchJob.State.FAILED,
        "done": one.state == MatchJob.State.DONE,
    }


def comparison(found: Mapping[str, Any]) -> Shape:
    """What one version would change beside another."""
    first, second = found["versions"]
    cases = found["cases"]
    return {
        "scope": matchmodels.scope(found),
        "tiles": [
            ("pairs of records come together", found["gained"]["pairs"], "golden records", found["gained"]["goldens"]),
            ("pairs of records come apart", found["broken"]["pairs"], "golden records", found["broken"]["goldens"]),
            ("more pairs are asked about", cases["more"], "fewer", cases["fewer"]),
        ],
        "cases": cases["counts"],
        "judged": [_judged(*one) for one in zip((first, second), found["decisions"], found["thresholds"], strict=True)],
        "decided": found["decisions"][0]["together"] + found["decisions"][0]["apart"],
        "levels": [{**one, "comparison": titled(one["comparison"])} for one in found["levels"]],
        "differences": [_difference(one, found["versions"]) for one in found["differences"]],
    }


def _judged(version: int, one: Mapping[str, Any], at: Mapping[str, float]) -> Shape:
    return {
        **one,
        "version": version,
        "at": at,
        "precision": _percent(one["precision"]),
        "recall": _percent(one["recall"]),
    }


def _percent(share: float | None) -> str:
    return "nothing to tell by" if share is None else f"{share:.1%}"


def _difference(one: Mapping[str, Any], versions: Sequence[int]) -> Shape:
    a, b = one["records"]
    return {
        "sort": SORTS[one["sort"]],
        "gained": one["sort"] == "gained",
        "names": f"{a['name']} and {b['name']}",
        "keys": f"{a['key']} · {b['key']}",
        "sides": [
            {
                "version": version,
                "weight": evidence["weight"],
                "zone": evidence["veto"] or ZONES[evidence["zone"]],
                "bars": waterfall([(weight, words) for _, _, weight, words in evidence["lines"]]),
            }
            for version, evidence in zip(versions, one["evidence"], strict=True)
        ],
    }
