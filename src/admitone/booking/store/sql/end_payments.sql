-- A payment came to nothing: the hold lives on until it expires, and may be paid another way.
-- Inputs   parallel arrays ids, attempts
-- Invariant  only the attempt that failed goes back; a later one is not disturbed.
update booking.bookings b set status = 'in_progress'
  from unnest(%(ids)s::text[], %(attempts)s::int[]) as r(id, attempt)
 where b.id = r.id and b.attempt = r.attempt and b.status = 'paying';
