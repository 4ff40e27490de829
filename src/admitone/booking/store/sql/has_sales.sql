-- Whether any of these events has a place that somebody bought or is buying.
select exists (select from booking.tickets where event_id = any(%(events)s::text[]) and state in ('c', 's')) as found;
