-- name: lock_tickets
-- Purpose: let one transaction at a time decide who was admitted with these tickets.
-- Inputs:  event_id, arrays ticket_ids, indexes, booking_ids (that have them now).
-- Outputs: ticket_id, version, transferred_at of each; creates missing rows (tickets without a scan or transfer).
-- Invariant: takes the rows' locks in ticket order until the transaction ends: online scans, transfers and other
--            devices wait, so later reads are stable. Resets what happened under an earlier booking.
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
RETURNING ticket_id, version, transferred_at;


-- name: insert_scans
-- Purpose: store the scans of an offline device, valid or not.
-- Inputs:  event_id, device, received_by; arrays scan_ids, ticket_ids, booking_ids, gates, scanned_ats, verdicts, reasons, codes,
--          digests, clocks, device_times.
-- Outputs: nothing.
-- Invariant: once by (event, device, scan); the first scan under an id stays.
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
ON CONFLICT (event_id, device, scan_id) DO NOTHING;


-- name: settle_admissions
-- Purpose: decide who was admitted with these tickets, after more scans arrived.
-- Inputs:  event_id, ticket_ids (locked by the caller).
-- Outputs: nothing.
-- Invariant: the first valid scan by time, in whatever order they arrive; one without a plausible clock ranks behind
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
        IS DISTINCT FROM (first.scanned_at, first.gate, first.received_by);


-- name: read_scans
-- Purpose: read the outcomes of a device's scans.
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
WHERE scan.event_id = %(event_id)s AND scan.device = %(device)s AND scan.scan_id = ANY (%(scan_ids)s::text[]);


-- name: list_conflicts
-- Purpose: list the conflicts at the gates of an event: tickets that admitted several people, and people who
--          were admitted with a void ticket or without one.
-- Inputs:  event_id, size, skip.
-- Outputs: rows by the time of the first scan: kind (duplicate | clock | void | unknown), ticket_id, scans (JSON, by time; of
--          a duplicate the first is the one that counts), total (of all pages).
-- Invariant: reads only.
SELECT CASE WHEN verdict <> 'good' THEN verdict WHEN count(*) > 1 THEN 'duplicate' ELSE 'clock' END AS kind, ticket_id,
    json_agg(
        json_build_object(
            'device', nullif(device, ''), 'scan_id', CASE WHEN device <> '' THEN scan_id END, 'gate', gate,
            'scanned_at', scanned_at, 'received_at', received_at, 'reason', reason,
            'clock', clock, 'device_time', device_time
        ) ORDER BY clock IS NOT NULL, scanned_at, device, scan_id
    ) AS scans,
    (count(*) OVER ())::integer AS total
FROM tickets.scans
WHERE event_id = %(event_id)s
GROUP BY verdict, ticket_id, booking_id, CASE WHEN ticket_id IS NULL THEN device || E'\n' || scan_id END
HAVING verdict <> 'good' OR count(*) > 1 OR bool_or(clock IS NOT NULL)
ORDER BY min(scanned_at), ticket_id, min(scan_id)
LIMIT %(size)s OFFSET %(skip)s;
