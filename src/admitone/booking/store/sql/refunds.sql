-- name: refund_tickets
-- Void tickets of a sold booking: they do not admit anyone from this commit on.
-- Inputs   id, organization_id (null: any), indexes (of the tickets), return_seats (else they are held back, and the
--          organizer can release them later)
-- Outputs  the booking after it (is_withheld: a place is kept for the waiting list); no row where it is not bought, another organization's, or has lost one of them
-- Invariant  a place is freed only where this booking has it, sold; all of those asked for, or none. The booking is
--            refunded when it has no ticket left. A ticket that was on offer is not any more.
-- Locks    tickets in (event, index) order, then the booking, then booking.resales.
with held as (
    select t.event_id, t.index
    from booking.bookings b join booking.tickets t on t.event_id = b.event_id
    where b.id = %(id)s and b.organization_id = coalesce(%(organization_id)s, b.organization_id)
      and t.index = any(%(indexes)s::int[]) and t.state = 's' and t.booking_id = b.id
    order by t.event_id, t.index
    for update of t
),
given as (
    update booking.bookings b
    set refunded = b.refunded || %(indexes)s::int[],
        status = case when cardinality(b.refunded) + cardinality(%(indexes)s::int[]) = cardinality(b.indexes)
                      then 'refunded' else 'partially_refunded' end
    where b.id = %(id)s and b.status in ('confirmed', 'partially_refunded')
      and b.organization_id = coalesce(%(organization_id)s, b.organization_id)
      and cardinality(%(indexes)s::int[]) = (select count(*) from held)
    returning b.*
),
freed as (
    update booking.tickets t
    set state = case when t.level_id = '' then 'b' when not %(return_seats)s then 'k' when s.has_waiting then 'w'
                     else 'a' end, booking_id = null
    from held cross join given join booking.sales s on s.event_id = given.event_id
    where t.event_id = held.event_id and t.index = held.index
    returning t.state
),
withdrawn as (
    update booking.resales r set state = 'ended', closed_at = clock_timestamp()
    from given where r.booking_id = given.id and r.index = any(%(indexes)s::int[]) and r.state = 'offered'
)
select given.*, exists (select from freed where freed.state = 'w') as is_withheld from given;


-- name: lock_sold_places
-- Of places with their bookings: those that the booking still has, sold, and whose money is not in dispute.
-- Inputs   parallel arrays booking_ids, indexes
-- Outputs  booking_id, index of each
-- Invariant  until the transaction ends, no refund takes one of them; a refund that came first leaves its places out.
-- Locks    tickets in (event, index) order, shared.
select b.id as booking_id, t.index
  from unnest(%(booking_ids)s::text[], %(indexes)s::int[]) as asked(booking_id, index)
  join booking.bookings b on b.id = asked.booking_id
  join booking.tickets t on t.event_id = b.event_id and t.index = asked.index
 where b.disputed_at is null and t.state = 's' and t.booking_id = b.id
 order by t.event_id, t.index
   for share of t;


-- name: revoke_sale
-- Revoke an unpaid sale: its authorization expired before the capture.
-- Inputs   id
-- Outputs  the booking after it (is_withheld: a place is kept for the waiting list); no row where it is not confirmed (or it was taken back before)
-- Invariant  a place is freed only where this booking has it. A ticket that was on offer is not any more.
-- Locks    tickets in (event, index) order, then the booking, then booking.resales.
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
    update booking.tickets t
    set state = case when t.level_id = '' then 'b' when s.has_waiting then 'w' else 'a' end, booking_id = null
    from held cross join revoked join booking.sales s on s.event_id = revoked.event_id
    where t.event_id = held.event_id and t.index = held.index
    returning t.state
),
withdrawn as (
    update booking.resales r set state = 'ended', closed_at = clock_timestamp()
    from revoked where r.booking_id = revoked.id and r.state = 'offered'
)
select revoked.*, exists (select from freed where freed.state = 'w') as is_withheld from revoked;


-- name: mark_disputed
-- Record that the buyer's bank took the money back, or returned it.
-- Inputs   id, is_disputed
-- Invariant  the time of the first dispute is kept.
update booking.bookings
   set disputed_at = case when %(is_disputed)s then coalesce(disputed_at, clock_timestamp()) end
 where id = %(id)s;
