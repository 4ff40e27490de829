-- Purpose: confirm one intent, keeping the first answer for its key.
-- Inputs:  id, key, payment_method, status, decline_code.
-- Outputs: the id, where it was confirmed by this call.
-- Invariant: an intent is confirmed once by each key, and only while it waits for a payment method or an action.
UPDATE simulated_processor.intents
SET status = %(status)s, confirm_status = %(status)s, confirm_key = %(key)s,
    payment_method = %(payment_method)s, decline_code = %(decline_code)s
WHERE id = %(id)s AND status IN ('requires_payment_method', 'requires_action')
    AND confirm_key IS DISTINCT FROM %(key)s
RETURNING id
