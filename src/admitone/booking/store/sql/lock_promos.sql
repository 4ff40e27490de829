-- Serialize the uses of codes that have a limit, until this transaction ends.
-- Inputs   ids
-- Locks    promo codes in id order; before tickets and bookings, and by nobody who has those.
select id from booking.promo_codes where id = any(%(ids)s::text[]) and uses_max is not null
 order by id for no key update;
