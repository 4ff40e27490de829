-- Purpose: an event has had its effect (or has none for us).
-- Inputs:  id.
-- Outputs: nothing.
-- Invariant: the time of the first is kept.
UPDATE payments.provider_events SET followed_at = now() WHERE id = %(id)s AND followed_at IS NULL
