-- Overdue bookings and how they stand now, oldest first.
select o.booking_id as id, b.status, b.event_id, b.attempt, extract(epoch from clock_timestamp() - o.noted_at) as seconds
  from booking.overdue o join booking.bookings b on b.id = o.booking_id
 order by o.noted_at limit 500;
