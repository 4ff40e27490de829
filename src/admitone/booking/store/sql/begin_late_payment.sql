-- A hold's time is over, and its client had paid by itself meanwhile: take it up, so that it can be sold or ended.
-- Inputs   id, attempt (as it was when the processor was asked)
-- Outputs  the booking under a new attempt; no row where it is over, or its event is no longer sold
-- Invariant  it is sold only if all of its places are still its own (sell_tickets.sql).
update booking.bookings b set status = 'paying', attempt = attempt + 1, paying_since = clock_timestamp()
 where b.id = %(id)s and b.attempt = %(attempt)s and b.status = 'in_progress' and b.expires_at <= clock_timestamp()
   and exists (select from booking.sales s where s.event_id = b.event_id and s.open)
returning b.*;
