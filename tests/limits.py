"""How long a test waits for a condition before it fails. The limit is generous because the suite runs on busy machines.

A test that meets its condition never waits this long. Benchmarks measure time limits; tests do not assert them.
"""

SECONDS_MAX = 120.0
MS_MAX = 120_000
