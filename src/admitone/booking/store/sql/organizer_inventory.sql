-- name: read_own_inventory
-- Read one sale of an organization.
-- Inputs   event_id, organization_id
select event_id, capacity from booking.sales
 where event_id = %(event_id)s and organization_id = %(organization_id)s;


-- name: move_places
-- Hold places back, or release them.
-- Inputs   event_id, organization_id, indexes, from_state, to_state ('a' and 'k', or 'k' and 'a')
-- Outputs  the indexes that moved; is_withheld: released, and kept for the waiting list
-- Invariant  what somebody has is not moved: a live hold wins.
-- Locks    tickets in (event, index) order.
with picked as (
    select t.event_id, t.index from booking.tickets t
     where t.event_id = %(event_id)s and t.index = any(%(indexes)s::int[]) and t.state = %(from_state)s::"char"
       and exists (select from booking.sales s
                    where s.event_id = t.event_id and s.organization_id = %(organization_id)s)
     order by t.event_id, t.index
     for update of t
)
update booking.tickets t
   set state = case when %(to_state)s = 'a' and s.has_waiting then 'w' else %(to_state)s end::"char"
  from picked join booking.sales s on s.event_id = picked.event_id
 where t.event_id = picked.event_id and t.index = picked.index
returning t.index, t.state = 'w' as is_withheld;


-- name: pick_area_places
-- List places of a general-admission section in one state, the last first.
-- Inputs   event_id, area_id, state, quantity
select index from booking.tickets
 where event_id = %(event_id)s and area_id = %(area_id)s and state = %(state)s::"char"
 order by index desc limit %(quantity)s;


-- name: count_states
-- Count the places of one event by state, and by section for general admission.
select area_id, state::text, count(*)::int as places from booking.tickets
 where event_id = %(event_id)s group by area_id, state;


-- name: list_held_back
-- List the held back seats, in index order.
select index from booking.tickets
 where event_id = %(event_id)s and area_id is null and state = 'k' order by index;


-- name: sum_tickets
-- Sum the sold and valid tickets of one event, by price level and payment. A ticket is a JSON array (StoredTicket).
-- Inputs   event_id, organization_id
-- Outputs  price_level_id, price_level, payment (online, or that of the box office), tickets, subtotal (list prices), discount, fees
select t.ticket ->> 3 as price_level_id, max(t.ticket ->> 4) as price_level,
       coalesce(b.counter_payment, 'online') as payment, count(*)::int as tickets,
       sum((t.ticket ->> 5)::bigint)::bigint as subtotal, sum(coalesce((t.ticket ->> 10)::bigint, 0))::bigint as discount,
       sum((t.ticket ->> 6)::bigint)::bigint as fees
  from booking.bookings b, lateral json_array_elements(b.tickets) as t(ticket)
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and b.status in ('confirmed', 'partially_refunded') and (t.ticket ->> 0)::int <> all(b.refunded)
 group by 1, 3 order by 1, 3;


-- name: sum_bookings
-- Sum the confirmed bookings of one event, refunded ones included, by hour (UTC), promo code and payment.
-- Inputs   event_id, organization_id
-- Outputs  hour, promo_code, payment (online, or that of the box office), bookings, tickets, refunded_tickets, total (as it was paid), booking_fees (of those that
--          stand: what the fees are above the tickets')
select date_trunc('hour', b.confirmed_at, 'UTC') as hour, b.promo_code,
       coalesce(b.counter_payment, 'online') as payment, count(*)::int as bookings,
       sum(cardinality(b.indexes))::int as tickets, sum(cardinality(b.refunded))::int as refunded_tickets,
       sum(b.subtotal + b.fees)::bigint as total,
       (coalesce(sum(b.fees - (select sum((t ->> 6)::bigint) from json_array_elements(b.tickets) t))
                 filter (where b.status <> 'refunded'), 0))::bigint as booking_fees
  from booking.bookings b
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and b.status in ('confirmed', 'partially_refunded', 'refunded')
 group by 1, 2, 3 order by 1, 2, 3;


-- name: sum_recent
-- The bookings of one event that were bought since a moment, by steps of time from it; as they were paid then.
-- Inputs   event_id, organization_id, since, step (interval)
-- Outputs  step (its beginning), bookings, tickets, total
select date_bin(%(step)s::interval, b.confirmed_at, %(since)s::timestamptz) as step, count(*)::int as bookings,
       sum(cardinality(b.indexes))::int as tickets, sum(b.subtotal + b.fees)::bigint as total
  from booking.bookings b
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s and b.confirmed_at >= %(since)s
   and b.status in ('confirmed', 'partially_refunded', 'refunded')
 group by 1 order by 1;


-- name: count_checkouts
-- How far the online bookings of one event came.
-- Inputs   event_id, organization_id
-- Outputs  held (all: each began as a hold), paid_for (a payment was begun), bought (also where it was refunded later)
select count(*)::int as held, (count(*) filter (where attempt > 0 or confirmed_at is not null))::int as paid_for,
       (count(*) filter (where confirmed_at is not null))::int as bought
  from booking.bookings
 where event_id = %(event_id)s and organization_id = %(organization_id)s and counter_payment is null;
