"""Pages for people: rendered on the server, with small ES modules for live updates."""
