"""The demo: an estate of made-up data, the run that supervises everything, and an auditor who is an outsider."""
