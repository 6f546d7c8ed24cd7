"""More persons like those of a small set, with duplicates: `python people.py SMALL.csv.gz COUNT OUT_FOLDER [SEED]`.

Runs in an environment of its own with gecko-syndata in it; nothing of the project is loaded. The small set gives the
frequencies of names and places (records without a duplicate in it are clean: its `truth.csv.gz` says which). Of its
COUNT records 30 % are duplicates, of which an entity has four at most, and their errors have the kinds and rates
counted in the small set: typos in names and places, OCR and swapped names, a day of birth off by up to a month, one
wrong digit or sign in numbers and e-mails, a move, missing values.
Streets are drawn beside postcodes rather than with them in four cases of five: a million records share the few known
triples too often otherwise.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gecko import generator, mutator

COLUMNS = ["first_name", "gender", "last_name", "dob", "street", "city", "postcode", "house_no", "email", "phone"]
DOMAINS = ["gmail.com", "web.de", "yahoo.com", "gmx.de", "outlook.com", "hotmail.com"]
DUPLICATES = 0.3  # of all records
FAMILIES = [0.646, 0.214, 0.105, 0.035]  # of the entities with duplicates, by how many they have
KNOWN_PLACE = 0.22
MOVED, SWAPPED = 0.12, 0.03
MISSING = {
    "first_name": 0.032, "gender": 0.103, "last_name": 0.019, "dob": 0.077, "street": 0.051, "city": 0.049,
    "postcode": 0.05, "email": 0.262, "phone": 0.295,
}  # fmt: skip
OCR = [("m", "rn"), ("w", "vv"), ("l", "1"), ("cl", "d"), ("ri", "n"), ("O", "0"), ("g", "q"), ("i", "'l"), ("S", "5")]


def main() -> None:
    small, count, out = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 7
    rng = np.random.default_rng(seed)
    clean = _clean(small)
    originals = _originals(clean, count - int(count * DUPLICATES), rng)
    copies = _corrupted(originals.iloc[_families(len(originals), int(count * DUPLICATES), rng)].copy(), clean, rng)
    _write(pd.concat([originals, copies]), out, rng)


def _clean(small: Path) -> pd.DataFrame:
    records = pd.read_csv(small, dtype=str)
    truth = pd.read_csv(small.with_name("truth.csv.gz"), dtype=str)
    single = truth[~truth.entity.duplicated(keep=False)]
    return records[records.id.isin(single.id)].dropna()


def _table(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.groupby(columns).size().reset_index(name="freq")


def _originals(clean: pd.DataFrame, count: int, rng: Any) -> pd.DataFrame:
    def drawn(*columns: str) -> Any:
        names = list(columns)
        table = _table(clean, names)
        if len(names) == 1:
            return generator.from_frequency_table(table, names[0], "freq", rng=rng)
        return generator.from_multicolumn_frequency_table(table, names, "freq", rng=rng)

    def number() -> str:
        return str(rng.integers(1, 180))

    people = generator.to_data_frame(
        [
            (("first_name", "gender"), drawn("first_name", "gender")),
            ("last_name", drawn("last_name")),
            ("dob", generator.from_datetime_range("1935-01-01", "2005-12-31", "%Y-%m-%d", "D", rng=rng)),
            (("street", "city", "postcode"), drawn("street", "city", "postcode")),
            ("house_no", generator.from_function(number)),
        ],
        count,
    )
    apart = rng.random(count) >= KNOWN_PLACE
    people.loc[apart, "street"] = drawn("street")(int(apart.sum()))[0].to_numpy()
    domains, numbers = rng.choice(DOMAINS, count), rng.integers(1, 1000, count)
    people["email"] = [
        f"{first}.{last}{number}@{domain}".lower().replace(" ", "")
        for first, last, number, domain in zip(people.first_name, people.last_name, numbers, domains, strict=True)
    ]
    prefixes, tails = rng.integers(150, 180, count), rng.integers(0, 10**7, count)
    people["phone"] = [f"0{prefix}{tail:07}" for prefix, tail in zip(prefixes, tails, strict=True)]
    people["entity"] = [f"e{number}" for number in range(count)]
    return people


def _families(entities: int, copies: int, rng: Any) -> Any:
    """Which original each duplicate copies."""
    order = rng.permutation(entities)
    sizes = rng.choice([1, 2, 3, 4], size=entities, p=FAMILIES)
    return np.repeat(order, sizes)[:copies]


def _corrupted(copies: pd.DataFrame, clean: pd.DataFrame, rng: Any) -> pd.DataFrame:
    copies = copies.reset_index(drop=True)
    moved = rng.random(len(copies)) < MOVED
    new = clean[["street", "city", "postcode", "house_no"]].sample(int(moved.sum()), replace=True, random_state=rng)
    copies.loc[moved, list(new.columns)] = new.to_numpy()
    swapped = rng.random(len(copies)) < SWAPPED
    copies.loc[swapped, ["first_name", "last_name"]] = copies.loc[swapped, ["last_name", "first_name"]].to_numpy()
    ocr = pd.DataFrame(OCR, columns=["source", "target"])
    typos = [
        (0.066, mutator.with_insert(rng=rng)),
        (0.066, mutator.with_delete(rng=rng)),
        (0.066, mutator.with_substitute(rng=rng)),
        (0.066, mutator.with_transpose(rng=rng)),
    ]
    scanned = (0.02, mutator.with_replacement_table(ocr, "source", "target", inline=True, rng=rng))
    digit = mutator.with_substitute(charset="0123456789", rng=rng)
    sign = [
        (0.07, mutator.with_delete(rng=rng)),
        (0.07, mutator.with_substitute(rng=rng)),
    ]
    born = mutator.with_datetime_offset(31, "d", "%Y-%m-%d", rng=rng)
    done = mutator.mutate_data_frame(
        copies,
        [
            ("first_name", [*typos, scanned]),
            ("last_name", [*typos, scanned]),
            ("street", typos),
            ("city", typos),
            ("dob", (0.075, born)),
            ("dob", (0.028, digit)),
            ("postcode", (0.068, digit)),
            ("phone", (0.097, digit)),
            ("email", sign),
        ],
    )
    for column, rate in MISSING.items():
        done.loc[rng.random(len(done)) < rate, column] = None
    return done


def _write(people: pd.DataFrame, out: Path, rng: Any) -> None:
    out.mkdir(parents=True, exist_ok=True)
    people = people.iloc[rng.permutation(len(people))].copy()
    people.insert(0, "id", [f"r{number}" for number in rng.permutation(len(people))])
    people[["id", *COLUMNS]].to_csv(out / "records.csv.gz", index=False, compression={"method": "gzip", "mtime": 0})
    people[["id", "entity"]].to_csv(out / "truth.csv.gz", index=False, compression={"method": "gzip", "mtime": 0})


if __name__ == "__main__":
    main()
