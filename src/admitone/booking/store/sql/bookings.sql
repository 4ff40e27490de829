-- name: read_bookings
-- Read bookings by id, in no order.
select * from booking.bookings where id = any(%(ids)s::text[]);


-- name: read_confirmed_places
-- Read the places of the confirmed ones of these bookings, in no order.
-- Inputs   ids
-- Outputs  id, event_id, indexes
select id, event_id, indexes from booking.bookings where id = any(%(ids)s::text[]) and status = 'confirmed';


-- name: read_bookings_by_key
-- Find the bookings of idempotency keys.
-- Inputs   keys (digests)
select * from booking.bookings where idempotency_key = any(%(keys)s::bytea[]);


-- name: read_bought_booking
-- A booking that was bought; its tickets may be refunded since.
select * from booking.bookings where id = %(id)s and confirmed_at is not null;


-- name: read_ticket_holder
-- Find the booking that has a sold place, unless its money is in dispute.
select b.* from booking.tickets t join booking.bookings b on b.id = t.booking_id
 where t.event_id = %(event_id)s and t.index = %(index)s and t.state = 's' and b.disputed_at is null;


-- name: price_booking
-- Change the price of a hold, because a promo code is applied, changed or removed.
-- Inputs   id, tickets (json), subtotal, fees, promo_id, promo_code (null: none), before (the code it was priced from)
-- Outputs  its id; no row if it is over, has another code by now, or may be at the processor with its old price
update booking.bookings
   set tickets = %(tickets)s::json, subtotal = %(subtotal)s, fees = %(fees)s, promo_id = %(promo_id)s::text,
       promo_code = %(promo_code)s::text
 where id = %(id)s and status = 'in_progress' and attempt = 0 and promo_code is not distinct from %(before)s::text
   and expires_at > clock_timestamp()
returning id;


-- name: read_booking_states
-- Read the states of bookings, for callers that wait for their end: live, or sold. Others are missing.
-- Inputs   ids
select id, case when status in ('in_progress', 'paying') then 'live' else 'sold' end as state
  from booking.bookings
 where id = any(%(ids)s::text[])
   and (status in ('paying', 'confirmed', 'partially_refunded', 'refunded')
        or (status = 'in_progress' and expires_at > clock_timestamp()));


-- name: sweep_expired
-- List due bookings: not over, and their time has passed. Oldest first.
-- Inputs   rows_max
-- Outputs  id, event_id, status
-- Invariant  no clock reading is kept between sweeps, so that no jump of the clock passes a booking by. The
--          round that asks the processor handles overdue ones; otherwise each sweep would find them again.
-- live_bookings is read up to now(), which an index can use; the booking itself decides.
select b.id, b.event_id, b.status
  from booking.live_bookings l join booking.bookings b on b.id = l.booking_id
 where l.expires_at <= now() and b.expires_at <= clock_timestamp() and b.status in ('in_progress', 'paying')
   and not exists (select from booking.overdue o where o.booking_id = b.id)
 order by b.expires_at limit %(rows_max)s;


-- name: forget_sold
-- Delete due rows of live_bookings whose bookings are over: those that the release before has sold.
-- Invariant  a booking that is over never comes back, so its row is not needed again.
with over as (
    select l.expires_at, l.booking_id
      from booking.live_bookings l
     where l.expires_at <= now()
       and not exists (select from booking.bookings b where b.id = l.booking_id and b.status in ('in_progress', 'paying'))
     order by l.expires_at, l.booking_id limit %(rows_max)s
       for update of l skip locked
)
delete from booking.live_bookings l using over
 where l.expires_at = over.expires_at and l.booking_id = over.booking_id;


-- name: read_stalled_payments
-- List bookings with a long payment: the process that called the processor died, or got no answer.
-- Inputs   seconds
-- The range on expires_at leaves overdue ones out (a hold lasts at most 3,600 s).
select b.id
  from booking.live_bookings l join booking.bookings b on b.id = l.booking_id
 where l.expires_at between now() and now() + interval '1 hour'
   and b.expires_at >= clock_timestamp()
   and b.status = 'paying' and b.paying_since < clock_timestamp() - make_interval(secs => %(seconds)s)
 order by b.paying_since limit 200;


-- name: record_overdue
-- Record bookings whose time passed while they were being paid.
insert into booking.overdue (booking_id) select unnest(%(ids)s::text[]) on conflict do nothing;


-- name: read_overdue
-- List overdue bookings with their current state, oldest first.
-- Outputs  is_over: its time has passed (it may have been extended since it was recorded)
select o.booking_id as id, b.status, b.event_id, b.attempt, extract(epoch from clock_timestamp() - o.noted_at) as seconds,
       b.expires_at <= clock_timestamp() as is_over
  from booking.overdue o join booking.bookings b on b.id = o.booking_id
 order by o.noted_at limit 500;


-- name: clear_overdue
-- Delete ended bookings from the overdue ones.
delete from booking.overdue where booking_id = any(%(ids)s::text[]);
