"""Customers: organisations and persons, compared by names, numbers, ways to reach them and places."""
