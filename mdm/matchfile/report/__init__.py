"""`report.html`: what a run found and why, as one page a person wants to read."""
