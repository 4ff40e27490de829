-- Overdue bookings and how they stand now, oldest first.
-- Outputs  is_over: its time has passed (it may have been given more since it was noted)
select o.booking_id as id, b.status, b.event_id, b.attempt, extract(epoch from clock_timestamp() - o.noted_at) as seconds,
       b.expires_at <= clock_timestamp() as is_over
  from booking.overdue o join booking.bookings b on b.id = o.booking_id
 order by o.noted_at limit 500;
