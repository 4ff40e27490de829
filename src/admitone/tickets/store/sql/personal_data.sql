-- name: list_person_transfers
-- Purpose: the transfers that one person made, or that name the person as the friend or the holder.
-- Inputs:  address (any case), booking_ids (the person's own).
-- Outputs: rows without the code's and the form's hash, in id order; ticket_ids.
-- Invariant: reads only.
WITH mine AS (
    SELECT id FROM tickets.transfers
    WHERE lower(holder_email) = lower(%(address)s) OR lower(friend_email) = lower(%(address)s)
        OR giver_id = ANY (%(booking_ids)s::text[])
)
SELECT id, event_id, booking_id, giver_id, state, friend, friend_email, holder_name, holder_email, created_at,
    expires_at, ended_at,
    ARRAY(SELECT ticket_id FROM tickets.transfer_tickets WHERE transfer_id = transfer.id ORDER BY ticket_id)
        AS ticket_ids
FROM tickets.transfers AS transfer
WHERE id IN (SELECT id FROM mine)
    OR giver_id IN (SELECT id FROM tickets.transfers WHERE lower(holder_email) = lower(%(address)s))
ORDER BY id;


-- name: list_person_tickets
-- Purpose: what happened to the tickets that one person bought or accepted.
-- Inputs:  address (any case), booking_ids (the person's own).
-- Outputs: rows in ticket order; no row of a ticket to which nothing happened.
-- Invariant: reads only.
SELECT ticket_id, event_id, booking_id, version, holder_name, transferred_at, admitted_at, admitted_gate
FROM tickets.tickets
WHERE booking_id = ANY (%(booking_ids)s::text[])
    OR ticket_id IN (
        SELECT held.ticket_id FROM tickets.transfer_tickets AS held
        JOIN tickets.transfers AS transfer ON transfer.id = held.transfer_id
        WHERE lower(transfer.holder_email) = lower(%(address)s)
    )
ORDER BY ticket_id;


-- name: erase_ticket_holders
-- Purpose: replace the name on tickets that one person accepted and has not transferred since.
-- Inputs:  address (any case), transfer_ids.
-- Outputs: rowcount.
-- Invariant: version and use stay: links and codes go on to work. Runs before erase_transfers, which removes the
--            address.
UPDATE tickets.tickets AS ticket SET holder_name = 'erased'
FROM tickets.transfers AS transfer
JOIN tickets.transfer_tickets AS held ON held.transfer_id = transfer.id
WHERE transfer.id = ANY (%(transfer_ids)s::text[]) AND lower(transfer.holder_email) = lower(%(address)s)
    AND ticket.ticket_id = held.ticket_id AND ticket.booking_id = transfer.booking_id AND ticket.version = held.version + 1;


-- name: erase_guests
-- Purpose: replace the names of guests on the tickets that one person has by bookings of their own.
-- Inputs:  booking_ids (the person's own).
-- Outputs: rowcount.
-- Invariant: version and use stay. A ticket that another person accepted keeps its name: the transfer has the
--            version before it.
UPDATE tickets.tickets AS ticket SET holder_name = 'erased'
WHERE booking_id = ANY (%(booking_ids)s::text[]) AND holder_name <> 'erased'
    AND NOT EXISTS (
        SELECT FROM tickets.transfer_tickets AS held
        JOIN tickets.transfers AS transfer ON transfer.id = held.transfer_id
        WHERE held.ticket_id = ticket.ticket_id AND held.version + 1 = ticket.version
            AND transfer.booking_id = ticket.booking_id AND transfer.state = 'accepted'
    );


-- name: erase_transfers
-- Purpose: replace name and address of one person in transfers that name the person as the friend or the holder.
-- Inputs:  address (any case), transfer_ids.
-- Outputs: rowcount.
-- Invariant: state, times and the code's hash stay: links go on to work. What names another person stays.
UPDATE tickets.transfers SET
    friend = CASE
        WHEN lower(holder_email) = lower(%(address)s)
            OR lower(friend_email) = lower(%(address)s) THEN 'erased' ELSE friend END,
    friend_email = CASE WHEN lower(friend_email) = lower(%(address)s) THEN NULL ELSE friend_email END,
    holder_name = CASE WHEN lower(holder_email) = lower(%(address)s) THEN 'erased' ELSE holder_name END,
    holder_email = CASE
        WHEN lower(holder_email) = lower(%(address)s) THEN 'erased@erased.invalid' ELSE holder_email END
WHERE id = ANY (%(transfer_ids)s::text[])
    AND (lower(holder_email) = lower(%(address)s) OR lower(friend_email) = lower(%(address)s));


-- name: erase_booking_holders
-- Purpose: replace all names on the tickets of some bookings of one event.
-- Inputs:  event_id, booking_ids.
-- Outputs: rowcount.
-- Invariant: version and use stay. A ticket that its buyer has keeps no name (null).
UPDATE tickets.tickets SET holder_name = 'erased'
WHERE event_id = %(event_id)s AND booking_id = ANY (%(booking_ids)s::text[]) AND holder_name <> 'erased';


-- name: erase_booking_transfers
-- Purpose: replace all names and addresses in the transfers of some bookings.
-- Inputs:  booking_ids.
-- Outputs: rowcount.
-- Invariant: state, times and the code's hash stay.
UPDATE tickets.transfers SET
    friend = 'erased',
    friend_email = NULL,
    holder_name = CASE WHEN holder_name IS NOT NULL THEN 'erased' END,
    holder_email = CASE WHEN holder_email IS NOT NULL THEN 'erased@erased.invalid' END
WHERE booking_id = ANY (%(booking_ids)s::text[])
    AND (friend <> 'erased' OR friend_email IS NOT NULL OR holder_name <> 'erased'
        OR holder_email <> 'erased@erased.invalid');
