-- name: insert_payments
-- Purpose: record, before any call to the provider, that these attempts to pay exist (many in one commit).
-- Inputs:  arrays booking_ids, attempts, provider_refs (null where the id cannot be predicted), payment_methods,
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
RETURNING booking_id, attempt;


-- name: insert_box_office_payment
-- Purpose: record a payment that was made at the organizer's box office.
-- Inputs:  booking_id, method (cash | card_terminal), amount, currency.
-- Outputs: nothing.
-- Invariant: it is captured, and has no id at any provider; one a booking (its key says so).
INSERT INTO payments.payments (booking_id, attempt, provider, payment_method, amount, currency, status)
VALUES (%(booking_id)s, 1, 'counter', %(method)s, %(amount)s, %(currency)s, 'captured');


-- name: record_authorizations
-- Purpose: record, in the transaction that sells on them, that these attempts to pay are authorized (many at once).
-- Inputs:  arrays booking_ids, attempts; sources: the states from which that is a step forward, and the state itself.
--          (booking, attempt) is distinct within a call, and in order: two batches wait for one another in one order.
-- Outputs: booking_id, attempt of those that are authorized now; the rows stay locked until the transaction ends.
-- Invariant: excludes an attempt that is being ended, so no sale uses a payment that is being cancelled.
UPDATE payments.payments AS payment
SET status = 'authorized', decline_code = NULL, message = NULL, next_action = NULL, updated_at = now()
FROM unnest(%(booking_ids)s::text[], %(attempts)s::integer[]) AS asked (booking_id, attempt)
WHERE payment.booking_id = asked.booking_id AND payment.attempt = asked.attempt
    AND payment.status = ANY (%(sources)s::text[])
RETURNING payment.booking_id, payment.attempt;


-- name: apply_updates
-- Purpose: record the provider's answers about many payments, in one commit.
-- Inputs:  arrays booking_ids, attempts, statuses, provider_refs, decline_codes, messages, next_actions (json),
--          sources: the states from which each status is a step forward, joined by commas.
-- Outputs: booking_id, attempt of those that moved.
-- Invariant: the state machine is monotone: a stale update changes no row, whatever order it comes in.
UPDATE payments.payments AS payment
SET status = change.status,
    provider_ref = coalesce(change.provider_ref, payment.provider_ref),
    decline_code = change.decline_code,
    message = change.message,
    next_action = change.next_action,
    updated_at = now()
FROM unnest(
    %(booking_ids)s::text[], %(attempts)s::integer[], %(statuses)s::text[], %(provider_refs)s::text[],
    %(decline_codes)s::text[], %(messages)s::text[], %(next_actions)s::jsonb[], %(sources)s::text[]
) AS change (booking_id, attempt, status, provider_ref, decline_code, message, next_action, sources)
WHERE payment.booking_id = change.booking_id AND payment.attempt = change.attempt
    AND payment.status = ANY (string_to_array(change.sources, ','))
RETURNING payment.booking_id, payment.attempt;


-- name: read_payments
-- Purpose: read every attempt to pay these bookings.
-- Inputs:  booking_ids.
-- Outputs: rows by booking and attempt.
-- Invariant: reads only.
SELECT booking_id, attempt, provider_ref, payment_method, amount, currency, status, decline_code, message,
    next_action, refund_reserved, event_id, buyer_email
FROM payments.payments
WHERE booking_id = ANY (%(booking_ids)s::text[])
ORDER BY booking_id, attempt;


-- name: read_payments_by_ref
-- Purpose: attempts by the provider's ids.
-- Inputs:  provider_refs.
-- Outputs: rows in no order; ids that are not ours are missing.
-- Invariant: reads only.
SELECT booking_id, attempt, provider_ref, payment_method, amount, currency, status, decline_code, message,
    next_action, refund_reserved
FROM payments.payments
WHERE provider_ref = ANY (%(provider_refs)s::text[]);


-- name: read_payments_created
-- Purpose: the attempts of a span of time, to be compared with the provider's books.
-- Inputs:  created_from, created_before.
-- Outputs: rows that have an id at the provider, by booking and attempt.
-- Invariant: reads only.
SELECT booking_id, attempt, provider_ref, payment_method, amount, currency, status, decline_code, message,
    next_action, refund_reserved
FROM payments.payments
WHERE created_at >= %(created_from)s AND created_at < %(created_before)s AND provider_ref IS NOT NULL
ORDER BY booking_id, attempt;


-- name: lock_payments
-- Purpose: let one writer at a time decide about a booking's money: no other transaction changes what it reads next.
-- Inputs:  booking_ids.
-- Outputs: nothing of use.
-- Invariant: takes the rows' locks until the transaction ends.
SELECT FROM payments.payments WHERE booking_id = ANY (%(booking_ids)s::text[])
ORDER BY booking_id, attempt FOR UPDATE;


-- name: store_provider_refs
-- Purpose: store the provider's ids of intents before the intents are confirmed (many in one commit).
-- Inputs:  arrays booking_ids, attempts, provider_refs. (booking, attempt) is distinct within a call.
-- Outputs: booking_id, attempt of those that have this id now and have not been ended; the other intents must not be
--          confirmed.
-- Invariant: an id that is known never changes.
UPDATE payments.payments AS payment
SET provider_ref = created.provider_ref, updated_at = now()
FROM unnest(%(booking_ids)s::text[], %(attempts)s::integer[], %(provider_refs)s::text[])
    AS created (booking_id, attempt, provider_ref)
WHERE payment.booking_id = created.booking_id AND payment.attempt = created.attempt AND payment.status = 'created'
    AND coalesce(payment.provider_ref, created.provider_ref) = created.provider_ref
RETURNING payment.booking_id, payment.attempt;
