-- name: sell_tickets
-- Rank three: the claimed places of each paid booking become sold and the booking confirmed, or neither.
-- Inputs   parallel arrays ids, attempts (the attempt that was authorized)
-- Outputs  id, confirmed_at of the bookings that were sold now
-- Invariant  a place is sold only while this booking claims it and all of its other places.
-- Locks    tickets in (event, index) order, then bookings, then their rows of live_bookings.
with asked as (
    select * from unnest(%(ids)s::text[], %(attempts)s::int[]) as r(id, attempt)
),
paid as (
    select b.id, b.event_id, b.indexes
    from booking.bookings b join asked using (id) where b.status = 'paying' and b.attempt = asked.attempt
),
wanted as (
    select id, event_id, unnest(indexes) as index from paid
),
held as (
    select t.event_id, t.index, wanted.id
    from wanted join booking.tickets t on t.event_id = wanted.event_id and t.index = wanted.index
    where t.state = 'c' and t.booking_id = wanted.id
    order by t.event_id, t.index
    for update of t
),
counted as (
    select id, count(*) as places from held group by id
),
confirmed as (
    update booking.bookings b set status = 'confirmed', confirmed_at = clock_timestamp()
    from asked join counted using (id)
    where b.id = asked.id and b.status = 'paying' and b.attempt = asked.attempt
      and cardinality(b.indexes) = counted.places
    returning b.id, b.event_id, b.expires_at, b.confirmed_at
),
over as (
    delete from booking.live_bookings l using confirmed
    where l.expires_at = confirmed.expires_at and l.booking_id = confirmed.id and l.event_id = confirmed.event_id
),
sold as (
    update booking.tickets t set state = 's'
    from held join confirmed on confirmed.id = held.id
    where t.event_id = held.event_id and t.index = held.index
)
select id, confirmed_at from confirmed;
