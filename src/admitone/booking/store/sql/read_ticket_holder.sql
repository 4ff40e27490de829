-- The booking that holds one sold place, and whose money is not in dispute.
select b.* from booking.tickets t join booking.bookings b on b.id = t.booking_id
 where t.event_id = %(event_id)s and t.index = %(index)s and t.state = 's' and b.disputed_at is null;
