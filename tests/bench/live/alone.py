"""Splink asked about new records: `python alone.py KNOWN_CSV ASKED_CSV`, in an environment with splink and duckdb.

The model has the settings of the bench for files (tests/bench/match/peer.py) for such persons, trained as its demos do;
`predict_between` is asked about one record at a time. Prints the milliseconds of each as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "match"))

import duckdb
import peer as batch
from splink import Linker, SettingsCreator
from splink.backends.duckdb import DuckDBAPI

WARM = 3
FREQUENT = ("first_name", "last_name")  # columns whose term frequencies such comparisons use


def main() -> None:
    comparisons, blocks, sure, recall, rounds = batch.SETTINGS["gecko_persons_100k"]
    connection = duckdb.connect()
    api = DuckDBAPI(connection)
    table = api.register(batch._load(connection, sys.argv[1], "a"), dataset_display_name="a")
    rules = [batch.rule(columns) for columns in blocks]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=comparisons(),
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
    )
    linker = Linker(table, settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match([batch.rule(one) for one in sure], recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for columns in rounds:
        linker.training.estimate_parameters_using_expectation_maximisation(batch.rule(columns))
    for column in FREQUENT:
        linker.table_management.compute_tf_table(column)
    asked = batch._load(connection, sys.argv[2], "b")
    took, tables = [], []
    for number in range(connection.execute(f"SELECT count(*) FROM {asked}").fetchall()[0][0]):
        connection.execute(f"CREATE TABLE new{number} AS SELECT * FROM {asked} LIMIT 1 OFFSET {number}")
        tables.append(api.register(f"new{number}", dataset_display_name=f"new{number}"))
    for new in tables:
        began = time.perf_counter()
        linker.inference.predict_between(table, new, threshold_match_weight=-4).as_record_list()
        took.append((time.perf_counter() - began) * 1000)
    print(json.dumps(took[WARM:]))


if __name__ == "__main__":
    main()
