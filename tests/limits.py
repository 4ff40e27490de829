"""How long a test waits for a condition before it fails: generous, since the suite runs on busy machines too.

A test that meets its condition never waits this long. Promises about time are measured by benchmarks, not asserted.
"""

SECONDS_MAX = 120.0
MS_MAX = 120_000
