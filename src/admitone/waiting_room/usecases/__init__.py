"""Entry points of the waiting room, a capability a file.

`join_queue` gives a place in the queue, `admission_rounds` draws and calls places, `passes` exchanges a called place
for a pass and admits its checkout. The requests of a process share `group_commits` and `queue_cache`.
The packages hold steps: `round` (the draw and the numbers of a round) and `batches` (the group commits).
"""
