-- Purpose: write what was learnt of many payments, in one commit.
-- Inputs:  arrays booking_ids, attempts, statuses, provider_refs, decline_codes, messages, next_actions (json),
--          sources: the states from which each status is a step forward, joined by commas.
-- Outputs: booking_id, attempt of those that moved.
-- Invariant: the state machine is monotone: stale news changes no row, whatever order it comes in.
UPDATE payments.payments AS payment
SET status = news.status,
    provider_ref = coalesce(news.provider_ref, payment.provider_ref),
    decline_code = news.decline_code,
    message = news.message,
    next_action = news.next_action,
    updated_at = now()
FROM unnest(
    %(booking_ids)s::text[], %(attempts)s::integer[], %(statuses)s::text[], %(provider_refs)s::text[],
    %(decline_codes)s::text[], %(messages)s::text[], %(next_actions)s::jsonb[], %(sources)s::text[]
) AS news (booking_id, attempt, status, provider_ref, decline_code, message, next_action, sources)
WHERE payment.booking_id = news.booking_id AND payment.attempt = news.attempt
    AND payment.status = ANY (string_to_array(news.sources, ','))
RETURNING payment.booking_id, payment.attempt
