-- name: reserve_refund
-- Purpose: reserve a part of a captured payment for a refund, before any call to the provider.
-- Inputs:  refund_id, booking_id, amount, fees.
-- Outputs: the refund's row; none where less than `amount` is left, nothing was captured, or the id is known.
-- Invariant: refunds of a payment, pending ones too, never exceed it.
WITH payment AS (
    UPDATE payments.payments
    SET refund_reserved = refund_reserved + %(amount)s, updated_at = now()
    WHERE booking_id = %(booking_id)s AND status IN ('captured', 'partially_refunded')
        AND refund_reserved + %(amount)s <= amount
        AND NOT EXISTS (SELECT FROM payments.refunds WHERE id = %(refund_id)s)
    RETURNING booking_id, attempt, currency
)
INSERT INTO payments.refunds (id, booking_id, attempt, amount, fees, currency, status)
SELECT %(refund_id)s, booking_id, attempt, %(amount)s, %(fees)s, currency, 'pending' FROM payment
RETURNING id;


-- name: read_refund
-- Purpose: a refund and the payment it belongs to.
-- Inputs:  refund_id.
-- Outputs: one row or none; `age_seconds` since it was ordered; `method` of what was paid at the box office.
-- Invariant: reads only.
SELECT refund.id, refund.booking_id, refund.attempt, refund.amount, refund.fees, refund.currency, refund.status,
    payment.provider_ref, CASE payment.provider WHEN 'counter' THEN payment.payment_method END AS method,
    refund.provider_ref AS refund_ref, payment.amount AS payment_amount, sale.organization_id,
    extract(epoch FROM now() - refund.created_at)::float8 AS age_seconds
FROM payments.refunds AS refund
JOIN payments.payments AS payment USING (booking_id, attempt)
LEFT JOIN payments.ledger_transactions AS sale ON sale.id = refund.booking_id || ':sale'
WHERE refund.id = %(refund_id)s;


-- name: finish_refund
-- Purpose: record that the provider, or the box office, refunded the money.
-- Inputs:  refund_id, provider_ref (null: at the box office).
-- Outputs: the payment's new status; no row if the refund was finished before.
-- Invariant: a refund is finished once; the payment is `refunded` when all of it went back.
WITH finished AS (
    UPDATE payments.refunds
    SET status = 'succeeded', provider_ref = %(provider_ref)s, updated_at = now()
    WHERE id = %(refund_id)s AND status = 'pending'
    RETURNING booking_id, attempt, amount
)
UPDATE payments.payments AS payment
SET status = CASE
        WHEN payment.amount = finished.amount + (
            SELECT coalesce(sum(earlier.amount), 0) FROM payments.refunds AS earlier
            WHERE earlier.booking_id = payment.booking_id AND earlier.attempt = payment.attempt
                AND earlier.status = 'succeeded'
        ) THEN 'refunded' ELSE 'partially_refunded' END,
    updated_at = now()
FROM finished
WHERE payment.booking_id = finished.booking_id AND payment.attempt = finished.attempt
RETURNING payment.status;


-- name: refuse_refund
-- Purpose: record that the provider refuses the refund, and release the reserved amount.
-- Inputs:  refund_id, refusal.
-- Outputs: nothing.
-- Invariant: only a pending refund is refused.
WITH refused AS (
    UPDATE payments.refunds
    SET status = 'refused', refusal = %(refusal)s, updated_at = now()
    WHERE id = %(refund_id)s AND status = 'pending'
    RETURNING booking_id, attempt, amount
)
UPDATE payments.payments AS payment
SET refund_reserved = payment.refund_reserved - refused.amount, updated_at = now()
FROM refused
WHERE payment.booking_id = refused.booking_id AND payment.attempt = refused.attempt;


-- name: fail_refund
-- Purpose: record that a succeeded refund was returned, or that a requested one was never made.
-- Inputs:  refund_id.
-- Outputs: the refund's status before; no row if this was known.
-- Invariant: fails once; the reserved amount may be refunded again, another way.
WITH known AS (
    SELECT id, status FROM payments.refunds WHERE id = %(refund_id)s
),
failed AS (
    UPDATE payments.refunds AS refund
    SET status = 'failed', updated_at = now()
    FROM known
    WHERE refund.id = known.id AND known.status IN ('pending', 'succeeded')
    RETURNING refund.id, refund.booking_id, refund.attempt, refund.amount, known.status AS status_before
),
others AS (
    SELECT coalesce(sum(refund.amount), 0) AS amount
    FROM payments.refunds AS refund
    JOIN failed USING (booking_id, attempt)
    WHERE refund.status = 'succeeded' AND refund.id <> failed.id
)
UPDATE payments.payments AS payment
SET refund_reserved = payment.refund_reserved - failed.amount,
    status = CASE WHEN others.amount = 0 THEN 'captured' ELSE 'partially_refunded' END,
    updated_at = now()
FROM failed, others
WHERE payment.booking_id = failed.booking_id AND payment.attempt = failed.attempt
RETURNING failed.status_before;


-- name: insert_outside_refund
-- Purpose: record a refund that was made on the provider's side, as pending, as if we had requested it.
-- Inputs:  refund_id (the provider's), booking_id, attempt, amount.
-- Outputs: nothing.
-- Invariant: known once. It comes out of the organizer's part first, out of our fees only beyond that. Never more
--            than the payment: what exceeds it is a discrepancy for a person to look at.
WITH sale AS (
    SELECT coalesce(-sum(entry.amount), 0) AS fees
    FROM payments.ledger_entries AS entry
    WHERE entry.transaction_id = %(booking_id)s || ':sale' AND entry.account = 'fees_revenue'
),
fees_before AS (
    SELECT coalesce(sum(fees), 0) AS amount
    FROM payments.refunds
    WHERE booking_id = %(booking_id)s AND attempt = %(attempt)s AND status IN ('pending', 'succeeded')
),
payment AS (
    UPDATE payments.payments
    SET refund_reserved = refund_reserved + %(amount)s, updated_at = now()
    WHERE booking_id = %(booking_id)s AND attempt = %(attempt)s
        AND status IN ('captured', 'partially_refunded') AND refund_reserved + %(amount)s <= amount
        AND NOT EXISTS (SELECT FROM payments.refunds WHERE id = %(refund_id)s)
    RETURNING booking_id, attempt, amount, currency, refund_reserved
)
INSERT INTO payments.refunds (id, booking_id, attempt, amount, fees, currency, status, is_outside)
SELECT %(refund_id)s, payment.booking_id, payment.attempt, %(amount)s,
    least(
        %(amount)s,
        greatest(0, payment.refund_reserved - (payment.amount - sale.fees) - fees_before.amount)
    ),
    payment.currency, 'pending', true
FROM payment, sale, fees_before;


-- name: find_refund
-- Purpose: a refund by the provider's id.
-- Inputs:  provider_ref.
-- Outputs: its id, or no row.
-- Invariant: reads only.
SELECT id FROM payments.refunds WHERE provider_ref = %(provider_ref)s;


-- name: list_refunds
-- Purpose: read the refunds of one booking.
-- Inputs:  booking_id.
-- Outputs: rows by time; `method` of what is paid out at the box office.
-- Invariant: reads only.
SELECT refund.id, refund.amount, refund.currency, refund.status, refund.is_outside, refund.created_at, refund.fees,
    refund.refusal AS reason, CASE payment.provider WHEN 'counter' THEN payment.payment_method END AS method
FROM payments.refunds AS refund
JOIN payments.payments AS payment USING (booking_id, attempt)
WHERE refund.booking_id = %(booking_id)s
ORDER BY refund.created_at, refund.id;
