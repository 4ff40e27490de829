-- name: read_bookings
-- Bookings by id, in no order.
select * from booking.bookings where id = any(%(ids)s::text[]);


-- name: read_confirmed_places
-- The places of those of these bookings that are confirmed, in no order.
-- Inputs   ids
-- Outputs  id, event_id, indexes
select id, event_id, indexes from booking.bookings where id = any(%(ids)s::text[]) and status = 'confirmed';


-- name: read_bookings_by_key
-- The bookings that idempotency keys made, if they did.
-- Inputs   keys (digests)
select * from booking.bookings where idempotency_key = any(%(keys)s::bytea[]);


-- name: read_bought_booking
-- A booking that was bought; its tickets may be refunded since.
select * from booking.bookings where id = %(id)s and confirmed_at is not null;


-- name: read_ticket_holder
-- The booking that holds one sold place, and whose money is not in dispute.
select b.* from booking.tickets t join booking.bookings b on b.id = t.booking_id
 where t.event_id = %(event_id)s and t.index = %(index)s and t.state = 's' and b.disputed_at is null;


-- name: price_booking
-- A hold at another price, because a promo code is applied, changed or removed.
-- Inputs   id, tickets (json), subtotal, fees, promo_id, promo_code (null: none), before (the code it was priced from)
-- Outputs  its id; no row where it is over, has another code by now, or may be at the processor with its old price
update booking.bookings
   set tickets = %(tickets)s::json, subtotal = %(subtotal)s, fees = %(fees)s, promo_id = %(promo_id)s::text,
       promo_code = %(promo_code)s::text
 where id = %(id)s and status = 'in_progress' and attempt = 0 and promo_code is not distinct from %(before)s::text
   and expires_at > clock_timestamp()
returning id;


-- name: read_booking_states
-- How bookings stand, for those who wait for their end: live, or sold. Those that came to nothing are missing.
-- Inputs   ids
select id, case when status in ('in_progress', 'paying') then 'live' else 'sold' end as state
  from booking.bookings
 where id = any(%(ids)s::text[])
   and (status in ('paying', 'confirmed', 'partially_refunded', 'refunded')
        or (status = 'in_progress' and expires_at > clock_timestamp()));


-- name: sweep_expired
-- Bookings that are due: not over, and their time has passed. Oldest first.
-- Inputs   rows_max
-- Outputs  id, event_id, status
-- Invariant  no clock reading is kept between sweeps, so that no jump of the clock passes a booking by. One that is
--          noted as overdue is left to the round that asks its processor: else each sweep would come back to it.
select b.id, b.event_id, b.status
  from booking.bookings b
 where b.expires_at <= clock_timestamp() and b.status in ('in_progress', 'paying')
   and not exists (select from booking.overdue o where o.booking_id = b.id)
 order by b.expires_at limit %(rows_max)s;


-- name: read_stalled_payments
-- Bookings that have been in payment for long: the process that asked the processor died, or no answer came.
-- Inputs   seconds
-- The range on expires_at keeps this to the holds of the last hour (a hold lasts at most 3,600 s).
select id from booking.bookings
 where expires_at between clock_timestamp() and clock_timestamp() + interval '1 hour'
   and status = 'paying' and paying_since < clock_timestamp() - make_interval(secs => %(seconds)s)
 order by paying_since limit 200;


-- name: record_overdue
-- Remember bookings whose time passed while they were being paid.
insert into booking.overdue (booking_id) select unnest(%(ids)s::text[]) on conflict do nothing;


-- name: read_overdue
-- Overdue bookings and how they stand now, oldest first.
-- Outputs  is_over: its time has passed (it may have been given more since it was noted)
select o.booking_id as id, b.status, b.event_id, b.attempt, extract(epoch from clock_timestamp() - o.noted_at) as seconds,
       b.expires_at <= clock_timestamp() as is_over
  from booking.overdue o join booking.bookings b on b.id = o.booking_id
 order by o.noted_at limit 500;


-- name: clear_overdue
-- These came to an end.
delete from booking.overdue where booking_id = any(%(ids)s::text[]);
