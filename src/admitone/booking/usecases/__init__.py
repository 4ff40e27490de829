"""Entry points of booking: each file here is one, called by routes, jobs, rounds of the worker and other slices.

A file holds one long story, or the short stories of one capability. The packages hold steps that entry points share:
`checkout` (choose, price, pay, end) and `projection` (copies of PostgreSQL's state in memory and Redis).
`docs/architecture.md` explains the convention.
"""
