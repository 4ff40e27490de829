"""Live on Redis streams."""
