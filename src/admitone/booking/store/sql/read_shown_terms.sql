-- The terms that were announced last, of events whose seats were shown at least once.
-- Inputs   events
select event_id, terms from booking.sales where event_id = any(%(events)s::text[]) and epoch > 0;
