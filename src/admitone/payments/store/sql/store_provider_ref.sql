-- Purpose: keep the provider's id of an intent before it is confirmed.
-- Inputs:  booking_id, attempt, provider_ref.
-- Outputs: a row where the try has this id now and nobody has ended it; else the intent must not be confirmed.
-- Invariant: an id that is known never changes.
UPDATE payments.payments
SET provider_ref = %(provider_ref)s, updated_at = now()
WHERE booking_id = %(booking_id)s AND attempt = %(attempt)s AND status = 'created'
    AND coalesce(provider_ref, %(provider_ref)s) = %(provider_ref)s
RETURNING booking_id
