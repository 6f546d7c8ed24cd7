"""What all rooms of the REST API share: callers and scopes, problems, pages, answers."""
