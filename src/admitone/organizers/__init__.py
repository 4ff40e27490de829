"""Who puts events on sale: organizations, API keys, roles."""
