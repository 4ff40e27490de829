-- name: read_intents
-- Purpose: read intents.
-- Inputs:  ids.
-- Outputs: the rows of those that exist.
-- Invariant: reads only.
SELECT id, reference, amount, currency, status, payment_method, decline_code, confirm_key, confirm_status,
    capture_key, cancel_key, amount_refunded, is_disputed, is_test
FROM simulated_processor.intents
WHERE id = ANY (%(ids)s::text[]);


-- name: cancel_intent
-- Purpose: cancel an intent that was not captured.
-- Inputs:  id, key.
-- Outputs: nothing; the caller reads it back.
-- Invariant: a captured intent is never cancelled; the row keeps the key of the call that cancelled it.
UPDATE simulated_processor.intents
SET status = 'canceled', cancel_key = %(key)s
WHERE id = %(id)s AND status IN ('requires_payment_method', 'requires_action', 'requires_capture');


-- name: refund_intent
-- Purpose: refund captured money, in part or in full.
-- Inputs:  id, key, refund_id, amount, reference (the caller's own id of the refund, or null).
-- Outputs: the refund's id, if this call created it.
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
RETURNING id;


-- name: fail_refund
-- Purpose: fail a refund that had succeeded.
-- Inputs:  id.
-- Outputs: nothing.
-- Invariant: fails once; the intent's refunded amount decreases by it.
WITH failed AS (
    UPDATE simulated_processor.refunds SET status = 'failed'
    WHERE id = %(id)s AND status = 'succeeded'
    RETURNING intent_id, amount
)
UPDATE simulated_processor.intents AS intent
SET amount_refunded = amount_refunded - failed.amount
FROM failed
WHERE intent.id = failed.intent_id;


-- name: open_dispute
-- Purpose: open a dispute: the buyer's bank takes back the captured and not refunded amount.
-- Inputs:  id, intent_id.
-- Outputs: nothing.
-- Invariant: only captured money can be disputed.
WITH disputed AS (
    UPDATE simulated_processor.intents SET is_disputed = true
    WHERE id = %(intent_id)s AND status = 'succeeded' AND amount_refunded < amount
    RETURNING id, amount - amount_refunded AS amount
)
INSERT INTO simulated_processor.disputes (id, intent_id, amount, status)
SELECT %(id)s, id, amount, 'open' FROM disputed;


-- name: close_dispute
-- Purpose: decide a dispute.
-- Inputs:  id, status (won | lost).
-- Outputs: nothing.
-- Invariant: a dispute closes once.
UPDATE simulated_processor.disputes SET status = %(status)s WHERE id = %(id)s AND status = 'open';


-- name: list_intents
-- Purpose: list intents by time of creation, a page at a time.
-- Inputs:  created_from, created_before, after (the last id of the page before, or ''), page_max.
-- Outputs: a page of intents in the order of their ids.
-- Invariant: reads only.
SELECT id, reference, amount, currency, status, payment_method, decline_code, confirm_key, confirm_status,
    capture_key, cancel_key, amount_refunded, is_disputed, is_test
FROM simulated_processor.intents
WHERE created_at >= %(created_from)s AND created_at < %(created_before)s AND id > %(after)s
ORDER BY id
LIMIT %(page_max)s;


-- name: list_refunds
-- Purpose: list every refund of one intent.
-- Inputs:  intent_id.
-- Outputs: rows by time.
-- Invariant: reads only.
SELECT id, amount, status, reference FROM simulated_processor.refunds
WHERE intent_id = %(intent_id)s
ORDER BY created_at, id;


-- name: list_disputes
-- Purpose: list every dispute of one intent.
-- Inputs:  intent_id.
-- Outputs: rows by id.
-- Invariant: reads only.
SELECT id, amount, status FROM simulated_processor.disputes WHERE intent_id = %(intent_id)s ORDER BY id;


-- name: create_intent
-- Purpose: create one unconfirmed intent.
-- Inputs:  id, reference, amount, currency, payment_method (null: the client's), is_test.
-- Outputs: nothing; the caller reads it back.
-- Invariant: an existing intent stays unchanged.
INSERT INTO simulated_processor.intents (id, reference, amount, currency, payment_method, status, is_test)
VALUES (
    %(id)s, %(reference)s, %(amount)s, %(currency)s, %(payment_method)s, 'requires_payment_method', %(is_test)s
)
ON CONFLICT (id) DO NOTHING;


-- name: confirm_intent
-- Purpose: confirm one intent, and keep the first answer for its key.
-- Inputs:  id, key, payment_method, status, decline_code.
-- Outputs: the id, if this call confirmed it.
-- Invariant: an intent is confirmed once by each key, and only while it waits for a payment method or an action.
UPDATE simulated_processor.intents
SET status = %(status)s, confirm_status = %(status)s, confirm_key = %(key)s,
    payment_method = %(payment_method)s, decline_code = %(decline_code)s
WHERE id = %(id)s AND status IN ('requires_payment_method', 'requires_action')
    AND confirm_key IS DISTINCT FROM %(key)s
RETURNING id;


-- name: read_refund
-- Purpose: read the refund that a key created.
-- Inputs:  key.
-- Outputs: one row or none.
-- Invariant: reads only.
SELECT id, intent_id, amount FROM simulated_processor.refunds WHERE key = %(key)s;


-- name: create_and_confirm_intents
-- Purpose: create and confirm many intents in one commit (the hot path).
-- Inputs:  arrays ids, references, amounts, currencies, payment_methods, decline_codes, statuses, confirm_keys;
--          ids are distinct within a call.
-- Outputs: the ids that are new.
-- Invariant: an existing intent stays unchanged; the caller reads it back.
INSERT INTO simulated_processor.intents
    (id, reference, amount, currency, payment_method, decline_code, status, confirm_key, confirm_status)
SELECT id, reference, amount, currency, payment_method, decline_code, status, confirm_key, status
FROM unnest(
    %(ids)s::text[], %(references)s::text[], %(amounts)s::bigint[], %(currencies)s::text[],
    %(payment_methods)s::text[], %(decline_codes)s::text[], %(statuses)s::text[], %(confirm_keys)s::text[]
) AS asked (id, reference, amount, currency, payment_method, decline_code, status, confirm_key)
ON CONFLICT (id) DO NOTHING
RETURNING id;


-- name: capture_intents
-- Purpose: capture many authorized intents in one commit.
-- Inputs:  arrays ids, keys.
-- Outputs: nothing; the caller reads them back.
-- Invariant: only an authorized intent is captured, once; the row keeps the key of that call.
UPDATE simulated_processor.intents AS intent
SET status = 'succeeded', capture_key = asked.key
FROM unnest(%(ids)s::text[], %(keys)s::text[]) AS asked (id, key)
WHERE intent.id = asked.id AND intent.status = 'requires_capture';
