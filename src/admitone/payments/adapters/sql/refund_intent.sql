-- Purpose: give captured money back, in part or in full.
-- Inputs:  id, key, refund_id, amount, reference (the customer's own id of it, or null).
-- Outputs: the refund's id, where this call made it.
-- Invariant: never more than was captured (the intent's CHECK and this condition); one refund a key.
WITH known AS (
    SELECT FROM simulated_processor.refunds WHERE key = %(key)s
),
taken AS (
    UPDATE simulated_processor.intents
    SET amount_refunded = amount_refunded + %(amount)s
    WHERE id = %(id)s AND status = 'succeeded' AND amount_refunded + %(amount)s <= amount
        AND NOT EXISTS (SELECT FROM known)
    RETURNING id
)
INSERT INTO simulated_processor.refunds (key, id, intent_id, amount, reference)
SELECT %(key)s, %(refund_id)s, taken.id, %(amount)s, %(reference)s FROM taken
RETURNING id
