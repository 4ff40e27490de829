-- Purpose: note, before the provider is asked, that these tries to pay exist (many in one commit).
-- Inputs:  arrays booking_ids, attempts, provider_refs (null where the id cannot be foretold), payment_methods,
--          amounts, currencies, events, emails (null: not known); provider. (booking, attempt) is distinct within a call.
-- Outputs: booking_id, attempt of those that are new.
-- Invariant: one row a (booking, attempt); one that exists is left as it is.
INSERT INTO payments.payments
    (booking_id, attempt, provider, provider_ref, payment_method, amount, currency, status, event_id,
     buyer_email)
SELECT booking_id, attempt, %(provider)s, provider_ref, payment_method, amount, currency, 'created',
    event_id, buyer_email
FROM unnest(
    %(booking_ids)s::text[], %(attempts)s::integer[], %(provider_refs)s::text[], %(payment_methods)s::text[],
    %(amounts)s::bigint[], %(currencies)s::text[], %(events)s::text[], %(emails)s::text[]
) AS asked (booking_id, attempt, provider_ref, payment_method, amount, currency, event_id, buyer_email)
ON CONFLICT (booking_id, attempt) DO NOTHING
RETURNING booking_id, attempt
