"""Request and response bodies of the catalogue's routes, beside the drafts of its domain."""
