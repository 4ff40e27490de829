-- name: read_exchange
-- One exchange.
-- Inputs   id
select * from booking.exchanges where id = %(id)s;


-- name: list_exchanges
-- The exchanges of one booking, the earliest first.
-- Inputs   booking_id
select * from booking.exchanges where booking_id = %(booking_id)s order by exchanged_at, id;


-- name: list_exchangeable
-- The seats of an event that the organizer can move a ticket to: for sale, or held back.
-- Inputs   event_id
-- Outputs  index, ascending; general-admission places are left out. Takes no locks: exchange_place decides.
select t.index from booking.tickets t
 where t.event_id = %(event_id)s and t.area_id is null and t.state in ('a', 'k') and t.level_id <> ''
 order by t.index;


-- name: lock_places
-- Lock the place that a ticket leaves, and the place that it takes.
-- Inputs   event_id, indexes
-- Outputs  index, state
-- Locks    tickets in (event, index) order, as claims, sales and refunds do.
select t.index, t.state::text as state from booking.tickets t
 where t.event_id = %(event_id)s and t.index = any(%(indexes)s::int[])
 order by t.event_id, t.index
   for update;


-- name: lock_booking
-- The booking whose ticket moves, locked: exchanges of its tickets happen one after the other. After lock_places.
-- Inputs   id, organization_id
-- Outputs  the booking; moment: now, by the clock that confirmed_at is of
select b.*, clock_timestamp() as moment from booking.bookings b
 where b.id = %(id)s and b.organization_id = %(organization_id)s
   for no key update;


-- name: exchange_place
-- Move a sold ticket of a booking to another place: the old place is free, the new one is sold, in one step or not at all.
-- Inputs   id (of the exchange), booking_id, organization_id, event_id, from_index, to_index, from_place, to_place,
--          tickets (json: of the whole booking, after it), made_by, made_by_name, exchanged_at
-- Outputs  the booking after it (is_withheld: the old place is kept for the waiting list); no row where a condition fails
-- Invariant  a ticket moves only while its booking has the old place, sold, and its money is not in dispute; only to a
--          place that is for sale or held back, and that the booking has not had refunded. The number of tickets stays.
-- Locks    the caller holds lock_places and lock_booking.
with moved as (
    update booking.bookings b
    set indexes = (select array_agg(i order by i)
                     from unnest(array_replace(b.indexes, %(from_index)s::int, %(to_index)s::int)) as i),
        tickets = %(tickets)s::json
    where b.id = %(booking_id)s and b.organization_id = %(organization_id)s
      and b.status in ('confirmed', 'partially_refunded')
      and b.disputed_at is null
      and %(to_index)s <> all (b.indexes)
      and exists (select from booking.tickets t
                   where t.event_id = %(event_id)s and t.index = %(from_index)s
                     and t.state = 's' and t.booking_id = b.id)
      and exists (select from booking.tickets t
                   where t.event_id = %(event_id)s and t.index = %(to_index)s
                     and t.state in ('a', 'k') and t.level_id <> '')
    returning b.*
),
sold as (
    update booking.tickets t set state = 's', booking_id = moved.id
    from moved where t.event_id = moved.event_id and t.index = %(to_index)s
),
freed as (
    update booking.tickets t
    set state = case when t.level_id = '' then 'b' when s.has_waiting then 'w' else 'a' end, booking_id = null
    from moved join booking.sales s on s.event_id = moved.event_id
    where t.event_id = moved.event_id and t.index = %(from_index)s
    returning t.state
),
withdrawn as (
    update booking.resales r set state = 'ended', closed_at = clock_timestamp()
    from moved where r.booking_id = moved.id and r.index = %(from_index)s and r.state = 'offered'
),
recorded as (
    insert into booking.exchanges (id, booking_id, event_id, from_index, to_index, from_place, to_place, made_by,
                                   made_by_name, exchanged_at)
    select %(id)s, moved.id, moved.event_id, %(from_index)s, %(to_index)s, %(from_place)s, %(to_place)s, %(made_by)s,
           %(made_by_name)s, %(exchanged_at)s
    from moved
)
select moved.*, exists (select from freed where freed.state = 'w') as is_withheld from moved;
