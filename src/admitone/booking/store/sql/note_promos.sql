-- These bookings use these codes.
-- Inputs   parallel arrays bookings, promos, codes
update booking.bookings b set promo_id = r.promo_id, promo_code = r.code
  from unnest(%(bookings)s::text[], %(promos)s::text[], %(codes)s::text[]) as r(id, promo_id, code)
 where b.id = r.id;
