-- The last four digits of the card that paid a booking: buyers read them on their card and on its statement, and staff
-- find the booking by them. A table of its own: a sale touches neither it nor an index of it. Rows come with captures.
CREATE TABLE payments.cards (
    booking_id text PRIMARY KEY,
    last4 text NOT NULL CHECK (last4 ~ '^[0-9]{4}$')
);

CREATE INDEX cards_last4 ON payments.cards (last4, booking_id);
