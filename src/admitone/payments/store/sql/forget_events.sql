-- Purpose: forget events that had their effect (or have none for us) long ago; at most so many at once.
-- Inputs:  received_before, events_max.
-- Outputs: their ids.
-- Invariant: one that is still to be followed stays, however old it is.
DELETE FROM payments.provider_events
WHERE id = ANY (ARRAY(
    SELECT id FROM payments.provider_events
    WHERE received_at < %(received_before)s AND (followed_at IS NOT NULL OR intent_ref IS NULL)
    LIMIT %(events_max)s
    FOR UPDATE SKIP LOCKED
))
RETURNING id
