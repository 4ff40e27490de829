-- Purpose: what became of a device's scans.
-- Inputs:  event_id, device, scan_ids.
-- Outputs: a row each: scan_id, ticket_id, verdict, clock, reason, digest; is_first: it is the one that admitted; and of the
--          ticket, where it was used and its booking still has it: holder_name, admitted_at, admitted_gate.
-- Invariant: reads only.
SELECT scan.scan_id, scan.ticket_id, scan.verdict, scan.clock, scan.reason, scan.digest,
    scan.verdict = 'good' AND NOT EXISTS (
        SELECT FROM tickets.scans AS earlier
        WHERE earlier.event_id = scan.event_id AND earlier.ticket_id = scan.ticket_id AND earlier.verdict = 'good'
            AND coalesce(earlier.booking_id, scan.booking_id) = scan.booking_id
            AND (earlier.clock IS NOT NULL, earlier.scanned_at, earlier.device, earlier.scan_id)
                < (scan.clock IS NOT NULL, scan.scanned_at, scan.device, scan.scan_id)
    ) AS is_first,
    ticket.holder_name, ticket.admitted_at, ticket.admitted_gate
FROM tickets.scans AS scan
LEFT JOIN tickets.tickets AS ticket ON ticket.ticket_id = scan.ticket_id AND ticket.booking_id = scan.booking_id
WHERE scan.event_id = %(event_id)s AND scan.device = %(device)s AND scan.scan_id = ANY (%(scan_ids)s::text[])
