-- name: insert_event
-- Purpose: store an event of the provider.
-- Inputs:  id, type, intent_ref.
-- Outputs: the id, where the event is new.
-- Invariant: one row per provider event id, however often it is delivered.
INSERT INTO payments.provider_events (id, type, intent_ref)
VALUES (%(id)s, %(type)s, %(intent_ref)s)
ON CONFLICT (id) DO NOTHING
RETURNING id;


-- name: read_event
-- Purpose: read an event that is not processed yet.
-- Inputs:  id.
-- Outputs: id, type, intent_ref, age_seconds; no row if it was processed.
-- Invariant: reads only.
SELECT id, type, intent_ref, extract(epoch FROM now() - received_at)::float8 AS age_seconds
FROM payments.provider_events WHERE id = %(id)s AND followed_at IS NULL;


-- name: record_synced
-- Purpose: mark an event as processed.
-- Inputs:  id.
-- Outputs: nothing.
-- Invariant: the time of the first call stays.
UPDATE payments.provider_events SET followed_at = now() WHERE id = %(id)s AND followed_at IS NULL;


-- name: forget_events
-- Purpose: delete old events that were processed or that are about no intent, at most `events_max` of them.
-- Inputs:  received_before, events_max.
-- Outputs: their ids.
-- Invariant: an unprocessed event stays, however old it is.
DELETE FROM payments.provider_events
WHERE id = ANY (ARRAY(
    SELECT id FROM payments.provider_events
    WHERE received_at < %(received_before)s AND (followed_at IS NOT NULL OR intent_ref IS NULL)
    LIMIT %(events_max)s
    FOR UPDATE SKIP LOCKED
))
RETURNING id;
