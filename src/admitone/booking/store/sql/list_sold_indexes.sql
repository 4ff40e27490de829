-- The sold places of one event whose money is not in dispute, ascending.
select index from booking.tickets t
 where event_id = %(event_id)s and state = 's'
   and not exists (select from booking.bookings b where b.id = t.booking_id and b.disputed_at is not null)
 order by index;
