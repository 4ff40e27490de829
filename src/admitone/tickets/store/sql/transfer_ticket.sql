-- Purpose: give a ticket to somebody else.
-- Inputs:  ticket_id, event_id, index, version (the giver's), holder_name, transferred_at.
-- Outputs: the new version; no row where the giver's version is old, or the ticket was used.
-- Invariant: of two transfers, or a transfer and a scan, one wins: all change the same row.
INSERT INTO tickets.tickets AS ticket (ticket_id, event_id, index, version, holder_name, transferred_at)
SELECT %(ticket_id)s, %(event_id)s, %(index)s, 2, %(holder_name)s, %(transferred_at)s
WHERE %(version)s = 1 OR EXISTS (SELECT FROM tickets.tickets WHERE ticket_id = %(ticket_id)s)
ON CONFLICT (ticket_id) DO UPDATE
SET version = ticket.version + 1, holder_name = excluded.holder_name, transferred_at = excluded.transferred_at
WHERE ticket.admitted_at IS NULL AND ticket.version = %(version)s
RETURNING version
