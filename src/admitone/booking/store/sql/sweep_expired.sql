-- Bookings that are due: not over, and their time has passed. Oldest first.
-- Inputs   rows_max
-- Outputs  id, event_id, status
-- Invariant  no clock reading is kept between sweeps, so that no jump of the clock passes a booking by. One that is
--          noted as overdue is left to the round that asks its processor: else each sweep would come back to it.
select b.id, b.event_id, b.status
  from booking.bookings b
 where b.expires_at <= clock_timestamp() and b.status in ('in_progress', 'paying')
   and not exists (select from booking.overdue o where o.booking_id = b.id)
 order by b.expires_at limit %(rows_max)s;
