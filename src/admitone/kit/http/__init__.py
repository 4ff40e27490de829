"""HTTP: what all routes share, and what stands in front of them. The rest of `kit` knows nothing of HTTP."""
