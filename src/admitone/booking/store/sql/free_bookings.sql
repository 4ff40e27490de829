-- End bookings that are not paid, and give their places back.
-- Inputs   ids; status (expired | released | failed); from_status; lapsed_only: only where the time has passed
-- Outputs  the bookings that ended now
-- Invariant  a place is freed only where this booking has it: two reclaim paths never free it twice. One that the
--          layout no longer has (its level is empty) does not come back on sale.
-- Locks    tickets in (event, index) order, then bookings.
with wanted as (
    select b.id, b.event_id, unnest(b.indexes) as index
    from booking.bookings b where b.id = any(%(ids)s::text[]) and b.status = %(from_status)s
),
held as (
    select t.event_id, t.index, wanted.id
    from wanted join booking.tickets t on t.event_id = wanted.event_id and t.index = wanted.index
    where t.state = 'c' and t.booking_id = wanted.id
    order by t.event_id, t.index
    for update of t
),
ended as (
    update booking.bookings b set status = %(status)s
    where b.id = any(%(ids)s::text[]) and b.status = %(from_status)s
      and (not %(lapsed_only)s or b.expires_at <= clock_timestamp())
      and (select count(*) from held where held.id = b.id) >= 0 -- the tickets' locks come first
    returning b.*
),
freed as (
    update booking.tickets t set state = case when t.level_id = '' then 'b' else 'a' end, booking_id = null
    from held join ended on ended.id = held.id
    where t.event_id = held.event_id and t.index = held.index
)
select * from ended;
