-- The places of those of these bookings that are confirmed, in no order.
-- Inputs   ids
-- Outputs  id, event_id, indexes
select id, event_id, indexes from booking.bookings where id = any(%(ids)s::text[]) and status = 'confirmed';
