-- What lists say of events: counts that are seconds old.
select event_id, open, on_sale_at, off_sale_at, capacity, available, sections, terms -> 'starts_at' as starts_at
  from booking.sales where event_id = any(%(events)s::text[]);
