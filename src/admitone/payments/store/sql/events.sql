-- name: insert_event
-- Purpose: the inbox: keep an event of the provider's.
-- Inputs:  id, type, intent_ref.
-- Outputs: the id, where it is new.
-- Invariant: once by the provider's id, however often it is delivered.
INSERT INTO payments.provider_events (id, type, intent_ref)
VALUES (%(id)s, %(type)s, %(intent_ref)s)
ON CONFLICT (id) DO NOTHING
RETURNING id;


-- name: read_event
-- Purpose: an event that is still to be synced.
-- Inputs:  id.
-- Outputs: id, type, intent_ref, age_seconds; no row where it was synced.
-- Invariant: reads only.
SELECT id, type, intent_ref, extract(epoch FROM now() - received_at)::float8 AS age_seconds
FROM payments.provider_events WHERE id = %(id)s AND followed_at IS NULL;


-- name: record_synced
-- Purpose: an event has had its effect (or has none for us).
-- Inputs:  id.
-- Outputs: nothing.
-- Invariant: the time of the first is kept.
UPDATE payments.provider_events SET followed_at = now() WHERE id = %(id)s AND followed_at IS NULL;


-- name: forget_events
-- Purpose: forget events that had their effect (or have none for us) long ago; at most so many at once.
-- Inputs:  received_before, events_max.
-- Outputs: their ids.
-- Invariant: one that is still to be synced stays, however old it is.
DELETE FROM payments.provider_events
WHERE id = ANY (ARRAY(
    SELECT id FROM payments.provider_events
    WHERE received_at < %(received_before)s AND (followed_at IS NOT NULL OR intent_ref IS NULL)
    LIMIT %(events_max)s
    FOR UPDATE SKIP LOCKED
))
RETURNING id;


-- name: record_dispute
-- Purpose: note how a dispute stands.
-- Inputs:  id, booking_id, attempt, amount, currency, status.
-- Outputs: the status it moved to; no row where it stood there (or was decided) before.
-- Invariant: open → lost | won, once.
INSERT INTO payments.disputes AS dispute (id, booking_id, attempt, amount, currency, status)
VALUES (%(id)s, %(booking_id)s, %(attempt)s, %(amount)s, %(currency)s, %(status)s)
ON CONFLICT (id) DO UPDATE SET status = excluded.status, updated_at = now()
WHERE dispute.status = 'open' AND excluded.status <> 'open'
RETURNING status;


-- name: read_open_disputes
-- Purpose: whether the buyer's bank has, or may have, the money of a booking.
-- Inputs:  booking_id.
-- Outputs: one row, `count`: disputes that are open or lost.
-- Invariant: reads only.
SELECT count(*) AS count FROM payments.disputes WHERE booking_id = %(booking_id)s AND status <> 'won';


-- name: read_compared
-- Purpose: how far the two books were compared.
-- Inputs:  none.
-- Outputs: compared_to, or no row before the first time.
-- Invariant: reads only.
SELECT compared_to FROM payments.reconciliations;


-- name: record_compared
-- Purpose: the two books were compared to here.
-- Inputs:  compared_to.
-- Outputs: nothing.
-- Invariant: not ahead of this server's clock, and back where the clock went back: a clock that was ahead for a moment
--            would hide what was created until it comes there again. A window that is compared twice costs time only.
INSERT INTO payments.reconciliations AS r (compared_to) VALUES (least(%(compared_to)s, clock_timestamp()))
ON CONFLICT (only_row) DO UPDATE SET compared_to = excluded.compared_to;
