-- name: read_transfer_terms
-- Purpose: what the organizer of an event wants of transfers.
-- Inputs:  event_id.
-- Outputs: is_allowed, ends_at, shows_names, asks_names; no row: the organizer has not said.
-- Invariant: reads only.
SELECT is_allowed, ends_at, shows_names, asks_names FROM tickets.transfer_terms WHERE event_id = %(event_id)s;


-- name: write_transfer_terms
-- Purpose: replace an event's terms of transfers.
-- Inputs:  event_id, is_allowed, ends_at, shows_names, asks_names.
-- Outputs: nothing.
-- Invariant: one row an event. The caller has checked whose event it is.
INSERT INTO tickets.transfer_terms (event_id, is_allowed, ends_at, shows_names, asks_names)
VALUES (%(event_id)s, %(is_allowed)s, %(ends_at)s, %(shows_names)s, %(asks_names)s)
ON CONFLICT (event_id) DO UPDATE
SET is_allowed = excluded.is_allowed, ends_at = excluded.ends_at, shows_names = excluded.shows_names,
    asks_names = excluded.asks_names;


-- name: end_stale_offers
-- Purpose: close offers that cannot be accepted any more, before their tickets are offered again.
-- Inputs:  ticket_ids, booking_id (that has the tickets now), now.
-- Outputs: nothing.
-- Invariant: closes an offer whose time has passed, whose tickets another booking has now, or one of whose tickets has
--            another version now; no offer that could still be accepted.
WITH stale AS (
    UPDATE tickets.transfers AS transfer SET state = 'lapsed', ended_at = %(now)s
    WHERE transfer.state = 'offered'
        AND transfer.id IN (
            SELECT transfer_id FROM tickets.transfer_tickets WHERE is_open AND ticket_id = ANY (%(ticket_ids)s::text[])
        )
        AND (
            transfer.expires_at <= %(now)s OR transfer.booking_id <> %(booking_id)s
            OR EXISTS (
                SELECT FROM tickets.transfer_tickets AS mine
                JOIN tickets.tickets AS ticket USING (ticket_id)
                WHERE mine.transfer_id = transfer.id AND ticket.booking_id = transfer.booking_id
                    AND ticket.version <> mine.version
            )
        )
    RETURNING id
)
UPDATE tickets.transfer_tickets SET is_open = false FROM stale WHERE transfer_id = stale.id;


-- name: insert_transfer
-- Purpose: offer tickets to a friend.
-- Inputs:  id, event_id, booking_id, giver_id, code_hash, friend, friend_email, expires_at; arrays ticket_ids, indexes,
--          versions.
-- Outputs: nothing.
-- Invariant: fails by its unique key where one of the tickets is in an open offer.
WITH made AS (
    INSERT INTO tickets.transfers (id, event_id, booking_id, giver_id, code_hash, friend, friend_email, expires_at)
    VALUES (%(id)s, %(event_id)s, %(booking_id)s, %(giver_id)s, %(code_hash)s, %(friend)s, %(friend_email)s, %(expires_at)s)
    RETURNING id
)
INSERT INTO tickets.transfer_tickets (transfer_id, ticket_id, index, version)
SELECT made.id, given.ticket_id, given.index, given.version
FROM made, unnest(%(ticket_ids)s::text[], %(indexes)s::integer[], %(versions)s::integer[])
    AS given (ticket_id, index, version)
ORDER BY given.ticket_id;


-- name: read_transfer
-- Purpose: a transfer with its tickets, by its id or by the hash of its link's code.
-- Inputs:  id, code_hash (one of them null), now.
-- Outputs: the transfer; state is `lapsed` from its time on; tickets (JSON: ticket_id, index, version), in index order.
-- Invariant: reads only.
SELECT transfer.id, transfer.event_id, transfer.booking_id, transfer.giver_id, transfer.friend, transfer.friend_email,
    CASE WHEN transfer.state = 'offered' AND transfer.expires_at <= %(now)s THEN 'lapsed'
        ELSE transfer.state END AS state,
    transfer.expires_at, transfer.holder_name, transfer.holder_email, transfer.form_key_hash,
    (
        SELECT json_agg(json_build_object('ticket_id', ticket_id, 'index', index, 'version', version) ORDER BY index)
        FROM tickets.transfer_tickets WHERE transfer_id = transfer.id
    ) AS tickets
FROM tickets.transfers AS transfer
WHERE transfer.id = %(id)s OR transfer.code_hash = %(code_hash)s;


-- name: list_given_transfers
-- Purpose: what a holder has offered, the newest first.
-- Inputs:  giver_id, booking_id (that bought the tickets), rows_max, now.
-- Outputs: rows as in read_transfer.
-- Invariant: reads only.
SELECT transfer.id, transfer.event_id, transfer.booking_id, transfer.giver_id, transfer.friend, transfer.friend_email,
    CASE WHEN transfer.state = 'offered' AND transfer.expires_at <= %(now)s THEN 'lapsed'
        ELSE transfer.state END AS state,
    transfer.expires_at, transfer.holder_name, transfer.holder_email, transfer.form_key_hash,
    (
        SELECT json_agg(json_build_object('ticket_id', ticket_id, 'index', index, 'version', version) ORDER BY index)
        FROM tickets.transfer_tickets WHERE transfer_id = transfer.id
    ) AS tickets
FROM tickets.transfers AS transfer
WHERE transfer.booking_id = %(booking_id)s AND transfer.giver_id = %(giver_id)s
ORDER BY transfer.id DESC LIMIT %(rows_max)s;


-- name: accept_transfer
-- Purpose: end an offer by its acceptance.
-- Inputs:  id, holder_name, holder_email, form_key_hash (null: none), now.
-- Outputs: its id; no row where it was accepted, undone, or its time has passed.
-- Invariant: of two acceptances, or an acceptance and an undo, one wins: all change the same row while it is offered.
WITH accepted AS (
    UPDATE tickets.transfers
    SET state = 'accepted', ended_at = %(now)s, holder_name = %(holder_name)s, holder_email = %(holder_email)s,
        form_key_hash = %(form_key_hash)s
    WHERE id = %(id)s AND state = 'offered' AND expires_at > %(now)s
    RETURNING id
)
UPDATE tickets.transfer_tickets SET is_open = false FROM accepted WHERE transfer_id = accepted.id
RETURNING accepted.id;


-- name: undo_transfer
-- Purpose: end an offer by its giver.
-- Inputs:  id, giver_id, now.
-- Outputs: its id; no row where it was accepted or undone before, or is another giver's.
-- Invariant: as accept_transfer.
WITH undone AS (
    UPDATE tickets.transfers SET state = 'undone', ended_at = %(now)s
    WHERE id = %(id)s AND giver_id = %(giver_id)s AND state = 'offered'
    RETURNING id
)
UPDATE tickets.transfer_tickets SET is_open = false FROM undone WHERE transfer_id = undone.id
RETURNING undone.id;
