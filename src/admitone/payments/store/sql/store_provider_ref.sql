-- Purpose: keep the provider's id of an intent before it is confirmed.
-- Inputs:  booking_id, attempt, provider_ref.
-- Outputs: nothing.
-- Invariant: an id that is known never changes.
UPDATE payments.payments
SET provider_ref = %(provider_ref)s, updated_at = now()
WHERE booking_id = %(booking_id)s AND attempt = %(attempt)s AND provider_ref IS NULL
