-- The buyer's bank took the money back, or gave it again.
-- Inputs   id, is_disputed
-- Invariant  the time of the first dispute is kept.
update booking.bookings
   set disputed_at = case when %(is_disputed)s then coalesce(disputed_at, clock_timestamp()) end
 where id = %(id)s;
