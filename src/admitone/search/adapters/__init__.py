"""Search engines behind `ports.SearchIndex`."""
