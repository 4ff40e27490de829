-- Purpose: let one judge of these tickets at a time decide who was let in.
-- Inputs:  event_id, arrays ticket_ids, indexes.
-- Outputs: ticket_id, version, transferred_at of each; a row that was not there is made (nothing happened to it yet).
-- Invariant: takes the rows' locks in ticket order until the transaction ends: doors that ask, transfers and other
--            devices wait, and what is read next, nobody is changing.
INSERT INTO tickets.tickets AS ticket (ticket_id, event_id, index)
SELECT asked.ticket_id, %(event_id)s, asked.index
FROM unnest(%(ticket_ids)s::text[], %(indexes)s::integer[]) AS asked (ticket_id, index)
ORDER BY asked.ticket_id
ON CONFLICT (ticket_id) DO UPDATE SET index = ticket.index
RETURNING ticket_id, version, transferred_at
