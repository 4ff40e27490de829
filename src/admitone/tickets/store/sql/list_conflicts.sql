-- Purpose: what an organizer must know of the doors of an event: tickets that let more than one in, and people who
--          were let in with a ticket that is void or none.
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
LIMIT %(size)s OFFSET %(skip)s
