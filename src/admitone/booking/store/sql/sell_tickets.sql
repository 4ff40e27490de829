-- Rank three: the claimed places of each paid booking become sold and the booking confirmed, or neither.
-- Inputs   parallel arrays ids, attempts (the attempt that was authorized)
-- Outputs  the bookings that were sold now
-- Invariant  a place is sold only while it is claimed by this very booking, and all of its places are.
-- Locks    tickets in (event, index) order, then bookings.
with asked as (
    select * from unnest(%(ids)s::text[], %(attempts)s::int[]) as r(id, attempt)
),
wanted as (
    select b.id, b.event_id, unnest(b.indexes) as index
    from booking.bookings b join asked using (id) where b.status = 'paying' and b.attempt = asked.attempt
),
held as (
    select t.event_id, t.index, wanted.id
    from wanted join booking.tickets t on t.event_id = wanted.event_id and t.index = wanted.index
    where t.state = 'c' and t.booking_id = wanted.id
    order by t.event_id, t.index
    for update of t
),
confirmed as (
    update booking.bookings b set status = 'confirmed', confirmed_at = clock_timestamp()
    from asked
    where b.id = asked.id and b.status = 'paying' and b.attempt = asked.attempt
      and cardinality(b.indexes) = (select count(*) from held where held.id = b.id)
    returning b.*
),
sold as (
    update booking.tickets t set state = 's'
    from held join confirmed on confirmed.id = held.id
    where t.event_id = held.event_id and t.index = held.index
)
select * from confirmed;
