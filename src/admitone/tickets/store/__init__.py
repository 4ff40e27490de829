"""Table of the schema `tickets`."""
