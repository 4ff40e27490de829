-- Purpose: the simulated processor's hot path: create and confirm many intents in one commit.
-- Inputs:  arrays ids, references, amounts, currencies, payment_methods, decline_codes, statuses, confirm_keys;
--          ids are distinct within a call.
-- Outputs: the ids that are new.
-- Invariant: an id that exists is left as it is; whoever asked again reads it back.
INSERT INTO simulated_processor.intents
    (id, reference, amount, currency, payment_method, decline_code, status, confirm_key, confirm_status)
SELECT id, reference, amount, currency, payment_method, decline_code, status, confirm_key, status
FROM unnest(
    %(ids)s::text[], %(references)s::text[], %(amounts)s::bigint[], %(currencies)s::text[],
    %(payment_methods)s::text[], %(decline_codes)s::text[], %(statuses)s::text[], %(confirm_keys)s::text[]
) AS asked (id, reference, amount, currency, payment_method, decline_code, status, confirm_key)
ON CONFLICT (id) DO NOTHING
RETURNING id
