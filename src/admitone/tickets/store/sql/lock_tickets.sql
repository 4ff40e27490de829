-- Purpose: let one judge of these tickets at a time decide who was let in.
-- Inputs:  event_id, arrays ticket_ids, indexes, booking_ids (that have them now).
-- Outputs: ticket_id, version, transferred_at of each; a row that was not there is made (nothing happened to it yet).
-- Invariant: takes the rows' locks in ticket order until the transaction ends: doors that ask, transfers and other
--            devices wait, and what is read next, nobody is changing. What happened under an earlier booking is over.
INSERT INTO tickets.tickets AS ticket (ticket_id, event_id, index, booking_id)
SELECT asked.ticket_id, %(event_id)s, asked.index, asked.booking_id
FROM unnest(%(ticket_ids)s::text[], %(indexes)s::integer[], %(booking_ids)s::text[])
    AS asked (ticket_id, index, booking_id)
ORDER BY asked.ticket_id
ON CONFLICT (ticket_id) DO UPDATE
SET booking_id = excluded.booking_id,
    version = CASE WHEN ticket.booking_id <> excluded.booking_id THEN 1 ELSE ticket.version END,
    holder_name = CASE WHEN ticket.booking_id <> excluded.booking_id THEN NULL ELSE ticket.holder_name END,
    transferred_at = CASE WHEN ticket.booking_id <> excluded.booking_id THEN NULL ELSE ticket.transferred_at END,
    admitted_at = CASE WHEN ticket.booking_id <> excluded.booking_id THEN NULL ELSE ticket.admitted_at END,
    admitted_gate = CASE WHEN ticket.booking_id <> excluded.booking_id THEN NULL ELSE ticket.admitted_gate END,
    admitted_by = CASE WHEN ticket.booking_id <> excluded.booking_id THEN NULL ELSE ticket.admitted_by END
RETURNING ticket_id, version, transferred_at
