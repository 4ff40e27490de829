-- name: keep_cards
-- Purpose: note the last four digits of the cards that paid bookings.
-- Inputs:  arrays booking_ids, last4.
-- Outputs: nothing.
-- Invariant: the first card stays: a buyer pays once.
INSERT INTO payments.cards (booking_id, last4)
SELECT * FROM unnest(%(booking_ids)s::text[], %(last4)s::text[])
ON CONFLICT (booking_id) DO NOTHING;


-- name: list_by_card
-- Purpose: the bookings of an organization that were paid with a card, the newest first (ids are ordered by time).
-- Inputs:  organization_id, last4, size.
-- Outputs: booking_id.
-- Invariant: reads only, and only bookings whose sale is the organization's.
SELECT card.booking_id FROM payments.cards AS card
    JOIN payments.ledger_transactions AS sale ON sale.id = card.booking_id || ':sale'
WHERE card.last4 = %(last4)s AND sale.organization_id = %(organization_id)s
ORDER BY card.booking_id DESC LIMIT %(size)s;


-- name: erase_cards
-- Purpose: forget the cards of one payer.
-- Inputs:  address (any case), booking_ids (null: all).
-- Outputs: rowcount.
-- Invariant: before erase_payers, which removes the address.
DELETE FROM payments.cards AS card USING payments.payments AS paid
WHERE paid.booking_id = card.booking_id AND lower(paid.buyer_email) = lower(%(address)s)
    AND (%(booking_ids)s::text[] IS NULL OR card.booking_id = ANY (%(booking_ids)s::text[]));


-- name: erase_booking_cards
-- Purpose: forget the cards of some bookings.
-- Inputs:  booking_ids.
-- Outputs: nothing.
DELETE FROM payments.cards WHERE booking_id = ANY (%(booking_ids)s::text[]);
