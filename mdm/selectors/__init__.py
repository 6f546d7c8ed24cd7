"""All reads. Those that serve people or clients take the viewer."""
