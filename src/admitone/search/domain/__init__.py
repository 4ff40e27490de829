"""Pure rules of search: folding names, reading a query, distances, buckets, spelling. No clock, no I/O."""
