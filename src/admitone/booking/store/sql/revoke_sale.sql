-- Take a sale back that nothing paid for: its authorization ran out before it could be captured.
-- Inputs   id
-- Outputs  the booking after it; no row where it is not confirmed (or it was taken back before)
-- Invariant  a place is freed only where this booking has it.
-- Locks    tickets in (event, index) order, then the booking.
with held as (
    select t.event_id, t.index
    from booking.bookings b join booking.tickets t on t.event_id = b.event_id and t.index = any(b.indexes)
    where b.id = %(id)s and t.state = 's' and t.booking_id = b.id
    order by t.event_id, t.index
    for update of t
),
revoked as (
    update booking.bookings b set status = 'failed', confirmed_at = null
    where b.id = %(id)s and b.status in ('confirmed', 'partially_refunded')
      and (select count(*) from held) >= 0 -- the tickets' locks come first
    returning b.*
),
freed as (
    update booking.tickets t set state = case when t.level_id = '' then 'b' else 'a' end, booking_id = null
    from held, revoked
    where t.event_id = held.event_id and t.index = held.index
)
select * from revoked;
