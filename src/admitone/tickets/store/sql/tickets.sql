-- name: read_ticket
-- Purpose: read the changes of a ticket since its sale.
-- Inputs:  ticket_id, booking_id (that has it now).
-- Outputs: one row; none if there are none (version 1, not admitted), or only under an earlier booking.
-- Invariant: reads only.
SELECT version, holder_name, admitted_at, admitted_gate
FROM tickets.tickets
WHERE ticket_id = %(ticket_id)s AND coalesce(booking_id, %(booking_id)s) = %(booking_id)s;


-- name: read_tickets
-- Purpose: what happened to the tickets of one booking since they were sold.
-- Inputs:  ticket_ids, booking_id (that has them now).
-- Outputs: ticket_id, version, holder_name, admitted_at, admitted_gate; no row of a ticket to which nothing happened.
-- Invariant: reads only.
SELECT ticket_id, version, holder_name, admitted_at, admitted_gate
FROM tickets.tickets
WHERE ticket_id = ANY (%(ticket_ids)s::text[]) AND coalesce(booking_id, %(booking_id)s) = %(booking_id)s;


-- name: count_admitted
-- Purpose: how many tickets of each event have admitted a person.
-- Inputs:  event_ids.
-- Outputs: event_id, admitted; no row of an event where none has.
-- Invariant: reads only, by the index of an event's tickets.
SELECT event_id, count(*)::int AS admitted
FROM tickets.tickets
WHERE event_id = ANY (%(event_ids)s::text[]) AND admitted_at IS NOT NULL
GROUP BY event_id;


-- name: admit_ticket
-- Purpose: admit the holder of a ticket.
-- Inputs:  ticket_id, event_id, index, booking_id (that has it now), version (as the code says), gate, key_id,
--          admitted_at.
-- Outputs: admitted_at if this scan admitted; otherwise no row.
-- Invariant: the first scan wins, one row a ticket; a code of an older version never admits, however close the
--            transfer: both change the same row. Changes under an earlier booking are void. The admission is recorded
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
RETURNING scanned_at AS admitted_at;


-- name: list_unreturnable
-- Purpose: of tickets with their bookings, find those that admitted a person, or that another person has by now.
-- Inputs:  arrays ticket_ids, booking_ids (that have them now).
-- Outputs: ticket_id.
-- Invariant: reads only. Changes under an earlier booking are void.
SELECT ticket.ticket_id
FROM unnest(%(ticket_ids)s::text[], %(booking_ids)s::text[]) AS asked (ticket_id, booking_id)
JOIN tickets.tickets AS ticket ON ticket.ticket_id = asked.ticket_id
WHERE coalesce(ticket.booking_id, asked.booking_id) = asked.booking_id
    AND (ticket.admitted_at IS NOT NULL OR ticket.version > 1);


-- name: name_tickets
-- Purpose: put the names of guests on tickets; their codes stay as they are.
-- Inputs:  event_id, booking_id (that has them now); arrays ticket_ids, indexes, versions (the holder's), names.
-- Outputs: ticket_id of those that have the name now; no row of one whose version is another, or that was used.
-- Invariant: of a name, a transfer and a scan one comes first: all change the same row. Changes under an earlier
--            booking are void.
INSERT INTO tickets.tickets AS ticket (ticket_id, event_id, index, booking_id, version, holder_name)
SELECT given.ticket_id, %(event_id)s, given.index, %(booking_id)s, given.version, given.name
FROM unnest(%(ticket_ids)s::text[], %(indexes)s::integer[], %(versions)s::integer[], %(names)s::text[])
    AS given (ticket_id, index, version, name)
WHERE given.version = 1 OR EXISTS (SELECT FROM tickets.tickets AS known WHERE known.ticket_id = given.ticket_id)
ORDER BY given.ticket_id
ON CONFLICT (ticket_id) DO UPDATE
SET booking_id = excluded.booking_id, version = excluded.version, holder_name = excluded.holder_name,
    transferred_at = CASE WHEN coalesce(ticket.booking_id, excluded.booking_id) = excluded.booking_id
        THEN ticket.transferred_at END,
    admitted_at = NULL, admitted_gate = NULL, admitted_by = NULL
WHERE CASE WHEN coalesce(ticket.booking_id, excluded.booking_id) = excluded.booking_id
    THEN ticket.admitted_at IS NULL AND ticket.version = excluded.version
    ELSE excluded.version = 1 END
RETURNING ticket_id;


-- name: take_name
-- Purpose: remove the guest's name from a ticket that moves to another seat.
-- Inputs:  ticket_id, booking_id (that has it now).
-- Outputs: holder_name that it had; no row if it had none.
-- Invariant: only of a ticket that its buyer still has (version 1), and was not used.
WITH named AS (
    SELECT ticket_id, holder_name FROM tickets.tickets
    WHERE ticket_id = %(ticket_id)s AND coalesce(booking_id, %(booking_id)s) = %(booking_id)s AND version = 1
        AND admitted_at IS NULL AND holder_name IS NOT NULL
    FOR UPDATE
)
UPDATE tickets.tickets AS ticket SET holder_name = NULL
FROM named WHERE ticket.ticket_id = named.ticket_id
RETURNING named.holder_name;


-- name: transfer_ticket
-- Purpose: transfer a ticket to another person.
-- Inputs:  ticket_id, event_id, index, booking_id (that has it now), version (the giver's), holder_name,
--          transferred_at.
-- Outputs: the new version; no row if the giver's version is old, or the ticket was used.
-- Invariant: of two transfers, or a transfer and a scan, one wins: all change the same row. Changes under an
--            earlier booking are void.
INSERT INTO tickets.tickets AS ticket (ticket_id, event_id, index, booking_id, version, holder_name, transferred_at)
SELECT %(ticket_id)s, %(event_id)s, %(index)s, %(booking_id)s, 2, %(holder_name)s, %(transferred_at)s
WHERE %(version)s = 1 OR EXISTS (SELECT FROM tickets.tickets WHERE ticket_id = %(ticket_id)s)
ON CONFLICT (ticket_id) DO UPDATE
SET booking_id = excluded.booking_id, version = %(version)s + 1, holder_name = excluded.holder_name,
    transferred_at = excluded.transferred_at, admitted_at = NULL, admitted_gate = NULL, admitted_by = NULL
WHERE CASE WHEN coalesce(ticket.booking_id, %(booking_id)s) = %(booking_id)s
    THEN ticket.admitted_at IS NULL AND ticket.version = %(version)s
    ELSE %(version)s = 1 END
RETURNING version;


-- name: list_changed_tickets
-- Purpose: list the ticket states that a gate needs to work offline.
-- Inputs:  event_id.
-- Outputs: tickets that were transferred or admitted, in index order, and under which booking.
-- Invariant: reads only.
SELECT index, booking_id, version, admitted_at
FROM tickets.tickets
WHERE event_id = %(event_id)s AND (version > 1 OR admitted_at IS NOT NULL)
ORDER BY index;


-- name: list_admissions
-- Purpose: who was admitted with the tickets of one booking.
-- Inputs:  booking_id, ticket_ids.
-- Outputs: ticket_id, admitted_at, gate, by time.
-- Invariant: reads only; what happened under an earlier booking is left out.
SELECT ticket_id, admitted_at, admitted_gate AS gate
FROM tickets.tickets
WHERE ticket_id = ANY (%(ticket_ids)s::text[]) AND booking_id = %(booking_id)s AND admitted_at IS NOT NULL
ORDER BY admitted_at, ticket_id;


-- name: list_admitted
-- Purpose: the tickets of an event that admitted a person.
-- Inputs:  event_id.
-- Outputs: ticket_id, booking_id (that had it then; null: not recorded).
-- Invariant: reads only.
SELECT ticket_id, booking_id FROM tickets.tickets WHERE event_id = %(event_id)s AND admitted_at IS NOT NULL;
