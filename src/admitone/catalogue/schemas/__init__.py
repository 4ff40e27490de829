"""What the catalogue's routes take and answer, beside the drafts of its domain."""
