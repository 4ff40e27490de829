-- Purpose: who was admitted with these tickets, after more scans became known.
-- Inputs:  event_id, ticket_ids (locked by the caller).
-- Outputs: nothing.
-- Invariant: the first good scan by time, whatever order they came in; equal times are told apart by device and id,
--            so that the same scans give the same admission. An admission never ends.
UPDATE tickets.tickets AS ticket
SET admitted_at = first.scanned_at, admitted_gate = first.gate, admitted_by = first.received_by
FROM (
    SELECT DISTINCT ON (ticket_id) ticket_id, scanned_at, gate, received_by
    FROM tickets.scans
    WHERE event_id = %(event_id)s AND ticket_id = ANY (%(ticket_ids)s::text[]) AND verdict = 'good'
    ORDER BY ticket_id, scanned_at, device, scan_id
) AS first
WHERE ticket.ticket_id = first.ticket_id
    AND (ticket.admitted_at, ticket.admitted_gate, ticket.admitted_by)
        IS DISTINCT FROM (first.scanned_at, first.gate, first.received_by)
