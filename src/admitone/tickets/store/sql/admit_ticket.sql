-- Purpose: let the holder of a ticket in.
-- Inputs:  ticket_id, event_id, index, booking_id (that has it now), version (as the code says), gate, key_id,
--          admitted_at.
-- Outputs: admitted_at where it was this scan that admitted; otherwise no row.
-- Invariant: the first scan wins, one row a ticket; a code of an older version admits nobody, however close the
--            transfer: both change the same row. What happened under an earlier booking is over. Who is let in stands
--            among the scans.
WITH admitted AS (
    INSERT INTO tickets.tickets AS ticket
        (ticket_id, event_id, index, booking_id, version, admitted_at, admitted_gate, admitted_by)
    SELECT %(ticket_id)s, %(event_id)s, %(index)s, %(booking_id)s, 1, %(admitted_at)s, %(gate)s, %(key_id)s
    WHERE %(version)s = 1 OR EXISTS (SELECT FROM tickets.tickets WHERE ticket_id = %(ticket_id)s)
    ON CONFLICT (ticket_id) DO UPDATE
    SET booking_id = excluded.booking_id, version = %(version)s,
        holder_name = CASE WHEN coalesce(ticket.booking_id, %(booking_id)s) = %(booking_id)s THEN ticket.holder_name END,
        admitted_at = excluded.admitted_at, admitted_gate = excluded.admitted_gate, admitted_by = excluded.admitted_by
    WHERE CASE WHEN coalesce(ticket.booking_id, %(booking_id)s) = %(booking_id)s
        THEN ticket.admitted_at IS NULL AND ticket.version = %(version)s
        ELSE %(version)s = 1 END
    RETURNING admitted_at
)
INSERT INTO tickets.scans (event_id, device, scan_id, ticket_id, booking_id, gate, scanned_at, received_by, verdict)
SELECT %(event_id)s, '', %(ticket_id)s || ' ' || %(booking_id)s, %(ticket_id)s, %(booking_id)s, %(gate)s, admitted_at,
    %(key_id)s, 'good'
FROM admitted
RETURNING scanned_at AS admitted_at
