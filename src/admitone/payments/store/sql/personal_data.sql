-- name: list_payers
-- Purpose: the attempts to pay that name one address.
-- Inputs:  address (any case), booking_ids (null: all).
-- Outputs: rows without the provider's secrets, in order of booking and attempt.
-- Invariant: reads only.
SELECT
    paid.booking_id, attempt, provider, provider_ref, amount, currency, status, event_id, buyer_email, created_at,
    card.last4 AS card_last4
FROM payments.payments AS paid LEFT JOIN payments.cards AS card ON card.booking_id = paid.booking_id
WHERE lower(buyer_email) = lower(%(address)s)
    AND (%(booking_ids)s::text[] IS NULL OR paid.booking_id = ANY (%(booking_ids)s::text[]))
ORDER BY paid.booking_id, attempt;


-- name: erase_payers
-- Purpose: remove one address from attempts to pay.
-- Inputs:  address (any case), booking_ids (null: all).
-- Outputs: rowcount.
-- Invariant: an attempt that the provider may be asked about again keeps it: the repeated request must be the same
--            request.
UPDATE payments.payments SET buyer_email = NULL
WHERE lower(buyer_email) = lower(%(address)s) AND status NOT IN ('created', 'action_required', 'processing')
    AND (%(booking_ids)s::text[] IS NULL OR booking_id = ANY (%(booking_ids)s::text[]));


-- name: erase_booking_payers
-- Purpose: remove the addresses from all attempts to pay some bookings.
-- Inputs:  booking_ids.
-- Outputs: rowcount.
-- Invariant: as erase_payers.
UPDATE payments.payments SET buyer_email = NULL
WHERE booking_id = ANY (%(booking_ids)s::text[]) AND buyer_email IS NOT NULL
    AND status NOT IN ('created', 'action_required', 'processing');


-- name: list_open_money
-- Purpose: the bookings whose money is not settled.
-- Inputs:  booking_ids.
-- Outputs: booking_id, reason (dispute | refund | payment): one row a booking, the reason that lasts longest.
-- Invariant: reads only.
SELECT booking_id, CASE min(rank) WHEN 1 THEN 'dispute' WHEN 2 THEN 'refund' ELSE 'payment' END AS reason
FROM (
    SELECT booking_id, 1 AS rank FROM payments.disputes
    WHERE booking_id = ANY (%(booking_ids)s::text[]) AND status = 'open'
    UNION ALL
    SELECT booking_id, 2 FROM payments.refunds
    WHERE booking_id = ANY (%(booking_ids)s::text[]) AND status = 'pending'
    UNION ALL
    SELECT booking_id, 3 FROM payments.payments
    WHERE booking_id = ANY (%(booking_ids)s::text[])
        AND status IN ('created', 'action_required', 'processing', 'ending', 'authorized')
) AS open_money
GROUP BY booking_id;
