-- Purpose: the buyer's bank takes back what was captured and not refunded.
-- Inputs:  id, intent_id.
-- Outputs: nothing.
-- Invariant: only captured money is disputed.
WITH disputed AS (
    UPDATE simulated_processor.intents SET is_disputed = true
    WHERE id = %(intent_id)s AND status = 'succeeded' AND amount_refunded < amount
    RETURNING id, amount - amount_refunded AS amount
)
INSERT INTO simulated_processor.disputes (id, intent_id, amount, status)
SELECT %(id)s, id, amount, 'open' FROM disputed
