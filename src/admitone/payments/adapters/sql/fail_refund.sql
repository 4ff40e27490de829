-- Purpose: a refund's money comes back, days after it went.
-- Inputs:  id.
-- Outputs: nothing.
-- Invariant: fails once; the intent has that much less refunded.
WITH failed AS (
    UPDATE simulated_processor.refunds SET status = 'failed'
    WHERE id = %(id)s AND status = 'succeeded'
    RETURNING intent_id, amount
)
UPDATE simulated_processor.intents AS intent
SET amount_refunded = amount_refunded - failed.amount
FROM failed
WHERE intent.id = failed.intent_id
