"""Splink on one set: `python peer.py SET OUT_PARQUET RECORDS [OTHER]`, in an environment with splink and duckdb.

Settings are those of Splink's own demos where there is one (febrl3, fake_1000, historical persons); elsewhere the ready
comparisons its guide names for such columns, blocking rules that its guide would suggest, and the way of training of
the demos: u by random sampling, a prior by deterministic rules, m by two rounds of EM. Nothing of the project is
loaded. Writes the pairs with p > .01 to OUT_PARQUET.pairs and the clusters (or links) at each threshold to OUT_PARQUET;
prints seconds by phase and the most memory held, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

THRESHOLDS = (0.01, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999)
DEFAULT = 0.95  # of the demos


def frequent(comparison: Any) -> Any:
    return comparison.configure(term_frequency_adjustments=True)


def date(column: str, form: str | None = None) -> Any:
    return cl.DateOfBirthComparison(column, input_is_string=True, datetime_format=form)


# comparisons, blocking rules, deterministic rules with their recall, columns of the two rounds of EM
SETTINGS: dict[str, tuple[Any, Any, Any, float, Any]] = {
    "febrl3": (
        lambda: [
            cl.NameComparison("given_name"), cl.NameComparison("surname"), date("date_of_birth", "%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]), frequent(cl.ExactMatch("street_number")),
            frequent(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])),
        ],
        [("soc_sec_id",), ("given_name",), ("surname",), ("date_of_birth",), ("postcode",)],
        [("soc_sec_id",), ("given_name", "surname", "date_of_birth")],
        0.9,
        [("date_of_birth",), ("postcode",)],
    ),
    "fake_1000": (
        lambda: [
            cl.NameComparison("first_name"), cl.NameComparison("surname"), date("dob"),
            frequent(cl.ExactMatch("city")), cl.EmailComparison("email"),
        ],
        [("first_name", "city"), ("surname",), ("dob",), ("email",)],
        [("first_name", "dob"), ("surname", "dob"), ("email",)],
        0.7,
        [("first_name", "surname"), ("dob",)],
    ),
    "historical_25k": (
        lambda: [
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_and_surname"),
            date("dob"), cl.PostcodeComparison("postcode_fake"), frequent(cl.ExactMatch("birth_place")),
            frequent(cl.ExactMatch("occupation")),
        ],
        [
            ("substr(first_name,1,3)", "substr(surname,1,4)"), ("surname", "dob"), ("first_name", "dob"),
            ("postcode_fake", "first_name"), ("postcode_fake", "surname"), ("dob", "birth_place"),
            ("substr(postcode_fake,1,3)", "dob"), ("substr(postcode_fake,1,3)", "first_name"),
            ("substr(postcode_fake,1,3)", "surname"),
            ("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        [("first_name", "surname", "dob"), ("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
         ("dob", "postcode_fake")],
        0.6,
        [("first_name", "surname"), ("dob",)],
    ),
    "gecko_persons_100k": (
        lambda: [
            cl.ForenameSurnameComparison("first_name", "last_name"), date("dob"),
            cl.JaroWinklerAtThresholds("street", [0.9]), cl.LevenshteinAtThresholds("postcode", 1),
            cl.EmailComparison("email"), cl.LevenshteinAtThresholds("phone", 1),
        ],
        [("first_name", "last_name"), ("email",), ("phone",), ("dob", "postcode"), ("last_name", "dob"),
         ("first_name", "dob"), ("street", "house_no", "postcode")],
        [("first_name", "last_name", "dob"), ("email",), ("phone",)],
        0.8,
        [("first_name", "last_name"), ("dob",)],
    ),
    "chicago_childcare_orgs": (
        lambda: [
            frequent(cl.JaroWinklerAtThresholds("Site name", [0.95, 0.88, 0.7])),
            frequent(cl.JaroWinklerAtThresholds("Address", [0.95, 0.88, 0.7])),
            cl.ExactMatch("Zip"), frequent(cl.LevenshteinAtThresholds("Phone", [1, 2])),
        ],
        [("Phone",), ("Address",), ('substr("Site name",1,8)',), ("substr(Address,1,6)",)],
        [("Address", "Phone"), ('"Site name"', "Phone"), ('"Site name"', "Address")],
        0.6,
        [("Phone",), ("Address",)],
    ),
    "senzing_truthset": (
        lambda: [
            cl.NameComparison("PRIMARY_NAME_LAST"), cl.NameComparison("PRIMARY_NAME_FIRST"),
            cl.JaroWinklerAtThresholds("PRIMARY_NAME_ORG", [0.92, 0.8]), date("DATE_OF_BIRTH", "%m/%d/%y"),
            cl.JaroWinklerAtThresholds("ADDR_LINE1", [0.92, 0.8]), cl.LevenshteinAtThresholds("PHONE_NUMBER", 2),
            cl.EmailComparison("EMAIL_ADDRESS"),
        ],
        [("substr(PRIMARY_NAME_LAST,1,3)",), ("substr(PRIMARY_NAME_ORG,1,4)",), ("PHONE_NUMBER",), ("EMAIL_ADDRESS",),
         ("DATE_OF_BIRTH",), ("substr(ADDR_LINE1,1,6)",)],
        [("PRIMARY_NAME_LAST", "DATE_OF_BIRTH"), ("EMAIL_ADDRESS",), ("PHONE_NUMBER",)],
        0.6,
        [("PRIMARY_NAME_LAST",), ("DATE_OF_BIRTH",)],
    ),
    "abt_buy": (
        lambda: [
            cl.JaccardAtThresholds("name", [0.9, 0.8, 0.7]), cl.ArrayIntersectAtSizes("words", [5, 3, 2, 1]),
            cl.ArrayIntersectAtSizes("codes", [1]), cl.ExactMatch("price"),
        ],
        [("words",), ("codes",)],
        [("name",), ("codes[1]",)],
        0.4,
        [("price",), ("codes[1]",)],
    ),
}  # fmt: skip


def rule(columns: tuple[str, ...]) -> Any:
    arrays = [name for name in columns if name in ("words", "codes")]
    return block_on(*columns, **({"arrays_to_explode": arrays} if arrays else {}))


def main() -> None:
    name, out, paths = sys.argv[1], sys.argv[2], sys.argv[3:]
    comparisons, blocks, sure, recall, rounds = SETTINGS[name.removesuffix("_many")]
    seconds: dict[str, float] = {}
    clock = time.perf_counter()

    def lap(phase: str) -> None:
        nonlocal clock
        seconds[phase], clock = round(time.perf_counter() - clock, 2), time.perf_counter()

    connection = duckdb.connect()
    api = DuckDBAPI(connection)
    loaded = [_load(connection, path, side) for path, side in zip(paths, "ab", strict=False)]
    tables = [api.register(table, dataset_display_name=table) for table in loaded]
    settings = SettingsCreator(
        link_type="link_only" if len(paths) > 1 else "dedupe_only",
        unique_id_column_name="id",
        comparisons=comparisons(),
        blocking_rules_to_generate_predictions=[rule(columns) for columns in blocks],
        retain_matching_columns=False,
    )
    linker = Linker(tables if len(tables) > 1 else tables[0], settings, log_level=40)
    lap("load")
    linker.training.estimate_probability_two_random_records_match([rule(columns) for columns in sure], recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6 if name != "fake_1000" else 1e6, seed=1)
    for columns in rounds:
        linker.training.estimate_parameters_using_expectation_maximisation(rule(columns))
    lap("train")
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    lap("predict")
    links = len(paths) > 1
    parts = [_found(linker, predicted, DEFAULT, name, links)]
    lap("cluster")
    held = next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    done = time.perf_counter()
    parts += [_found(linker, predicted, one, name, links) for one in THRESHOLDS if one != DEFAULT]
    connection.execute(f"COPY ({' UNION ALL '.join(f'({part})' for part in parts)}) TO '{out}' (FORMAT parquet)")
    connection.execute(
        f"COPY (SELECT id_l AS id_a, id_r AS id_b, match_probability AS probability FROM {predicted.physical_name}) "
        f"TO '{out}.pairs' (FORMAT parquet)"
    )
    judged = time.perf_counter() - done  # for the judge, not of the work
    print(json.dumps({"seconds": seconds, "judged": round(judged, 2), "peak_mb": round(held / 1024)}))


def _load(connection: Any, path: str, side: str) -> str:
    """A table of texts; products get their words, and those with a digit, since nothing ready compares titles."""
    source = f"read_csv('{path}', all_varchar=true, header=true, max_line_size=20000000)"
    extra = ""
    columns = connection.sql(f"SELECT * FROM {source} LIMIT 0").columns
    if "name" in columns:
        words = "list_distinct(list_filter(regexp_split_to_array(lower(name), '[^a-z0-9]+'), lambda x: length(x) > 2))"
        codes = f"list_filter({words}, lambda x: regexp_matches(x, '[0-9]') AND length(x) > 3)"
        extra = f", {words} AS words, {codes} AS codes"
    connection.execute(f"CREATE TABLE t{side} AS SELECT {_clean(columns)}{extra} FROM {source}")
    return f"t{side}"


def _clean(columns: list[str]) -> str:
    """Lower case without blanks around, as the guide asks for before anything is compared."""
    quoted = [f'"{name}"' for name in columns if name != "id"]
    trimmed = [f"nullif(trim(lower({name})), '') AS {name}" for name in quoted]
    return ", ".join(["id", *trimmed])


def _found(linker: Any, predicted: Any, threshold: float, name: str, links: bool) -> str:
    """SQL of the clusters or links at a threshold; one to one, the best of both sides."""
    if not links:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
        return f"SELECT id, cluster_id, {threshold}::DOUBLE AS threshold FROM {found.physical_name}"
    best = "" if name.endswith("_many") else (
        "QUALIFY row_number() OVER (PARTITION BY id_l ORDER BY match_probability DESC, id_r) = 1 "
        "AND row_number() OVER (PARTITION BY id_r ORDER BY match_probability DESC, id_l) = 1"
    )  # fmt: skip
    return (
        f"SELECT id_l AS id_a, id_r AS id_b, {threshold}::DOUBLE AS threshold FROM {predicted.physical_name} "
        f"WHERE match_probability >= {threshold} {best}"
    )


if __name__ == "__main__":
    main()
