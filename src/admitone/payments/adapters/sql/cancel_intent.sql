-- Purpose: void an intent that was not captured.
-- Inputs:  id, key.
-- Outputs: nothing; the caller reads it back.
-- Invariant: a captured intent is never cancelled; the key that cancelled is kept.
UPDATE simulated_processor.intents
SET status = 'canceled', cancel_key = %(key)s
WHERE id = %(id)s AND status IN ('requires_payment_method', 'requires_action', 'requires_capture')
