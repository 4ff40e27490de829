"""What booking does. A file here is an entry point: routes, jobs, rounds of the worker and other slices call it.

A file holds one long story, or the short stories of one capability. The packages hold steps that entry points share:
`checkout` (choose, price, pay, end) and `projection` (what memory and Redis know of PostgreSQL). `docs/architecture.md`
says the convention.
"""
