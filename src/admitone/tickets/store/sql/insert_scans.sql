-- Purpose: keep what a device that worked alone has scanned, good or not.
-- Inputs:  event_id, device, received_by; arrays scan_ids, ticket_ids, booking_ids, gates, scanned_ats, verdicts, reasons, codes,
--          digests, clocks, device_times.
-- Outputs: nothing.
-- Invariant: once by (event, device, scan); what came first under an id stays.
INSERT INTO tickets.scans
    (event_id, device, scan_id, ticket_id, booking_id, gate, scanned_at, received_by, verdict, reason, code, digest, clock,
     device_time)
SELECT %(event_id)s, %(device)s, scan_id, ticket_id, booking_id, gate, scanned_at, %(received_by)s, verdict, reason, code, digest,
    clock, device_time
FROM unnest(
    %(scan_ids)s::text[], %(ticket_ids)s::text[], %(booking_ids)s::text[], %(gates)s::text[], %(scanned_ats)s::timestamptz[],
    %(verdicts)s::text[], %(reasons)s::text[], %(codes)s::text[], %(digests)s::bytea[],
    %(clocks)s::text[], %(device_times)s::timestamptz[]
) AS scan (scan_id, ticket_id, booking_id, gate, scanned_at, verdict, reason, code, digest, clock, device_time)
ORDER BY scan_id
ON CONFLICT (event_id, device, scan_id) DO NOTHING
