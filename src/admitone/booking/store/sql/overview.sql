-- name: list_coming
-- Events of one organization that begin soon and are not cancelled, the earliest first.
-- Inputs   organization_id, since, until, size
-- Outputs  event_id, starts_at, open, capacity, available (seconds old), sold
select s.event_id, (s.terms ->> 'starts_at')::timestamptz as starts_at, s.open, s.capacity, s.available,
       (select count(*)::int from booking.tickets t where t.event_id = s.event_id and t.state = 's') as sold
  from booking.sales s
 where s.organization_id = %(organization_id)s and s.terms ->> 'status' <> 'cancelled'
   and (s.terms ->> 'published')::boolean
   and (s.terms ->> 'starts_at')::timestamptz >= %(since)s and (s.terms ->> 'starts_at')::timestamptz < %(until)s
 order by 2, 1 limit %(size)s;


-- name: list_unpublished
-- Events of one organization that are drafts although their sale, or else the event, begins soon.
-- Inputs   organization_id, now, until, size
-- Outputs  event_id, on_sale_at, starts_at
select s.event_id, s.on_sale_at, (s.terms ->> 'starts_at')::timestamptz as starts_at
  from booking.sales s
 where s.organization_id = %(organization_id)s and s.terms ->> 'status' <> 'cancelled'
   and not (s.terms ->> 'published')::boolean and (s.terms ->> 'starts_at')::timestamptz > %(now)s
   and coalesce(s.on_sale_at, (s.terms ->> 'starts_at')::timestamptz) < %(until)s
 order by coalesce(s.on_sale_at, (s.terms ->> 'starts_at')::timestamptz), s.event_id limit %(size)s;


-- name: list_low_stock
-- Events of one organization on sale that have few places left, the fewest first.
-- Inputs   organization_id, now, part (of the capacity, at most), size
-- Outputs  event_id, capacity, available
select s.event_id, s.capacity, s.available from booking.sales s
 where s.organization_id = %(organization_id)s and s.open and s.layout is not null
   and s.available > 0 and s.available <= s.capacity * %(part)s::float
   and (s.on_sale_at is null or s.on_sale_at <= %(now)s) and (s.off_sale_at is null or s.off_sale_at > %(now)s)
 order by s.available, s.event_id limit %(size)s;


-- name: sum_sold_since
-- What one organization sold since a moment, by currency; as it was paid then.
-- Inputs   organization_id, since
-- Outputs  currency, bookings, tickets, total
select b.currency, count(*)::int as bookings, sum(cardinality(b.indexes))::int as tickets,
       sum(b.subtotal + b.fees)::bigint as total
  from booking.bookings b
 where b.organization_id = %(organization_id)s and b.confirmed_at >= %(since)s
 group by b.currency order by b.currency;


-- name: list_disputed
-- Bookings of one organization whose money a buyer's bank disputes, the latest first.
-- Inputs   organization_id, size
-- Outputs  booking_id, event_id, disputed_at
select b.id as booking_id, b.event_id, b.disputed_at from booking.bookings b
 where b.organization_id = %(organization_id)s and b.disputed_at is not null
 order by b.disputed_at desc, b.id limit %(size)s;
