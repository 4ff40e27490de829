-- Purpose: an event that is still to be followed.
-- Inputs:  id.
-- Outputs: id, type, intent_ref, age_seconds; no row where it was followed.
-- Invariant: reads only.
SELECT id, type, intent_ref, extract(epoch FROM now() - received_at)::float8 AS age_seconds
FROM payments.provider_events WHERE id = %(id)s AND followed_at IS NULL
