"""What is right: pairs found against pairs that are true. Every pair of records of one cluster counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl


def of_clusters(clusters: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """Pairwise precision, recall and F1 of clusters (id, cluster_id) against entities (id, entity)."""
    both = truth.join(clusters.select("id", "cluster_id"), on="id", how="left")
    assert not both["cluster_id"].null_count(), "the clusters lack records"
    return _scores(_pairs(both, "cluster_id"), _pairs(both, "entity"), _pairs(both, "cluster_id", "entity"))


def of_links(links: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """Precision, recall and F1 of links (id_a, id_b) against true ones."""
    found = links.select("id_a", "id_b").unique()
    return _scores(len(found), len(truth), len(found.join(truth, on=["id_a", "id_b"], how="semi")))


def _pairs(table: pl.DataFrame, *by: str) -> int:
    sizes = table.group_by(by).agg(n=pl.len())["n"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _scores(found: int, true: int, right: int) -> dict[str, Any]:
    precision, recall = right / found if found else 1.0, right / true if true else 1.0
    f1 = 2 * right / (found + true) if found + true else 1.0
    return {"f1": round(f1, 4), "precision": round(precision, 4), "recall": round(recall, 4), "pairs": found}


def told(pairs: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Pairs (id_a, id_b, ...) with a column `same`: whether they are."""
    if "id_a" in truth.columns:
        known = truth.select("id_a", "id_b", same=pl.lit(True))
        return pairs.join(known, on=["id_a", "id_b"], how="left").with_columns(pl.col("same").fill_null(False))
    a, b = (truth.select(pl.col("id").alias(f"id_{side}"), pl.col("entity").alias(side)) for side in "ab")
    return pairs.join(a, on="id_a").join(b, on="id_b").with_columns(same=pl.col("a") == pl.col("b")).drop("a", "b")


def true_pairs(truth: pl.DataFrame) -> int:
    return len(truth) if "id_a" in truth.columns else _pairs(truth, "entity")


def calibration(pairs: pl.DataFrame, bins: int = 10) -> dict[str, Any]:
    """Over pairs with .01 < p < .99: the error (mean distance of probability and truth over equal-count bins, as in
    Naeini et al., Obtaining well calibrated probabilities, AAAI 2015) and the log loss in nats."""
    doubtful = pairs.filter((pl.col("probability") > 0.01) & (pl.col("probability") < 0.99)).sort("probability")
    if not len(doubtful):
        return {"pairs": 0}
    p, y = doubtful["probability"].to_numpy(), doubtful["same"].to_numpy().astype(float)
    parts = [part for part in np.array_split(np.arange(len(p)), bins) if len(part)]
    error = sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in parts) / len(p)
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    shown = [[round(float(p[part].mean()), 3), round(float(y[part].mean()), 3), len(part)] for part in parts]
    return {"pairs": len(p), "error": round(float(error), 4), "log_loss": round(float(loss), 4), "bins": shown}


def zone(pairs: pl.DataFrame, threshold: float, true: int) -> dict[str, Any]:
    """Pairs that merge by themselves: how many are right, and how many of the true ones they are."""
    merged = pairs.filter(pl.col("probability") >= threshold)
    right = int(merged["same"].sum())
    precision = right / len(merged) if len(merged) else None
    return {
        "pairs": len(merged),
        "precision": precision and round(precision, 5),
        "share_of_true": round(right / true, 4) if true else 0.0,
    }
