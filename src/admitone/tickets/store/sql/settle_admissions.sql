-- Purpose: who was admitted with these tickets, after more scans became known.
-- Inputs:  event_id, ticket_ids (locked by the caller).
-- Outputs: nothing.
-- Invariant: the first good scan by time, whatever order they came in; one without a plausible clock comes behind
--            all others; equal times are told apart by device and id,
--            so that the same scans give the same admission. Only scans under the ticket's own booking count.
UPDATE tickets.tickets AS ticket
SET admitted_at = first.scanned_at, admitted_gate = first.gate, admitted_by = first.received_by
FROM (
    SELECT DISTINCT ON (scan.ticket_id) scan.ticket_id, scan.scanned_at, scan.gate, scan.received_by
    FROM tickets.scans AS scan
    JOIN tickets.tickets AS mine USING (ticket_id)
    WHERE scan.event_id = %(event_id)s AND scan.ticket_id = ANY (%(ticket_ids)s::text[]) AND scan.verdict = 'good'
        AND coalesce(scan.booking_id, mine.booking_id) = mine.booking_id
    ORDER BY scan.ticket_id, scan.clock IS NOT NULL, scan.scanned_at, scan.device, scan.scan_id
) AS first
WHERE ticket.ticket_id = first.ticket_id
    AND (ticket.admitted_at, ticket.admitted_gate, ticket.admitted_by)
        IS DISTINCT FROM (first.scanned_at, first.gate, first.received_by)
