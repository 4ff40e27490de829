-- What a processor's fraud checks are told of a try. Kept with it: a request that is sent again under its key must be
-- the same request. Null: tries of before, and bookings without a named buyer.
alter table payments.payments
    add column event_id    text,
    add column buyer_email text;
