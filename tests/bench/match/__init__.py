"""`make bench-match`: matching on labelled files: quality, calibration, ablation, stability, cost."""
