"""Benchmarks: `./run bench NAME`. They measure and report; they assert nothing about time."""
