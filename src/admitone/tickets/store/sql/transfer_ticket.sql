-- Purpose: give a ticket to somebody else.
-- Inputs:  ticket_id, event_id, index, booking_id (that has it now), version (the giver's), holder_name,
--          transferred_at.
-- Outputs: the new version; no row where the giver's version is old, or the ticket was used.
-- Invariant: of two transfers, or a transfer and a scan, one wins: all change the same row. What happened under an
--            earlier booking is over.
INSERT INTO tickets.tickets AS ticket (ticket_id, event_id, index, booking_id, version, holder_name, transferred_at)
SELECT %(ticket_id)s, %(event_id)s, %(index)s, %(booking_id)s, 2, %(holder_name)s, %(transferred_at)s
WHERE %(version)s = 1 OR EXISTS (SELECT FROM tickets.tickets WHERE ticket_id = %(ticket_id)s)
ON CONFLICT (ticket_id) DO UPDATE
SET booking_id = excluded.booking_id, version = %(version)s + 1, holder_name = excluded.holder_name,
    transferred_at = excluded.transferred_at, admitted_at = NULL, admitted_gate = NULL, admitted_by = NULL
WHERE CASE WHEN coalesce(ticket.booking_id, %(booking_id)s) = %(booking_id)s
    THEN ticket.admitted_at IS NULL AND ticket.version = %(version)s
    ELSE %(version)s = 1 END
RETURNING version
