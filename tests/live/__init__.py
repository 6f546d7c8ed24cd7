"""The whole hub as it really runs, for tests that speak to it and to its systems from outside."""
