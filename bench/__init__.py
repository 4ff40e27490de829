"""Benchmarks: `./run bench NAME`. They measure and report; they assert no timings."""
