"""Organizations that put events on sale, their API keys and roles."""
