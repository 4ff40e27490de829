"""Search engines that implement `ports.SearchIndex`."""
