-- Purpose: note a payment that was made at the organizer's counter.
-- Inputs:  booking_id, method (cash | card_terminal), amount, currency.
-- Outputs: nothing.
-- Invariant: it is captured, and has no id at any provider; one a booking (its key says so).
INSERT INTO payments.payments (booking_id, attempt, provider, payment_method, amount, currency, status)
VALUES (%(booking_id)s, 1, 'counter', %(method)s, %(amount)s, %(currency)s, 'captured')
