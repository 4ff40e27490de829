-- Purpose: read the books through by time of creation.
-- Inputs:  created_from, created_before, after (the last id of the page before, or ''), page_max.
-- Outputs: a page of intents in the order of their ids.
-- Invariant: reads only.
SELECT id, reference, amount, currency, status, payment_method, decline_code, confirm_key, confirm_status,
    capture_key, cancel_key, amount_refunded, is_disputed
FROM simulated_processor.intents
WHERE created_at >= %(created_from)s AND created_at < %(created_before)s AND id > %(after)s
ORDER BY id
LIMIT %(page_max)s
