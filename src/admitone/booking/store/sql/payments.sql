-- name: begin_payments
-- Begin payments: from here on expiry alone never frees the booking's places.
-- Inputs   parallel arrays ids, emails, names, buyer_keys (null: leave as it is), limits; attempts_free,
--          wait_seconds, doublings_max: `domain/attempt_limits.py`
-- Outputs  a row per booking that may be paid now, after the update
-- Invariant  only a live hold of an event that is still on sale can begin, within the buyer's limit, and with a promo
--            code for one person only a booking for that address; the attempt
--            counter is the payment's idempotency key. After the free attempts each waits twice as long as the one
--            before; a client or address block whose payments were declined often waits too.
update booking.bookings b
   set status = 'paying', attempt = attempt + 1, paying_since = clock_timestamp(),
       buyer_email = coalesce(r.email, b.buyer_email),
       buyer_name = coalesce(r.name, b.buyer_name),
       buyer_key = coalesce(r.buyer_key, b.buyer_key)
  from unnest(%(ids)s::text[], %(emails)s::text[], %(names)s::text[], %(buyer_keys)s::text[], %(limits)s::int[])
       as r(id, email, name, buyer_key, ticket_limit)
 where b.id = r.id and b.status = 'in_progress' and b.expires_at > clock_timestamp()
   and exists (select from booking.sales s where s.event_id = b.event_id and s.open)
   and (b.attempt < %(attempts_free)s
        or b.paying_since <= clock_timestamp() - make_interval(
               secs => %(wait_seconds)s * 2 ^ least(b.attempt - %(attempts_free)s, %(doublings_max)s)))
   and not exists (select from booking.failures f
                    where f.key in ('pay:client:' || b.client_key, 'pay:block:' || b.block_key)
                      and f.wait_until > clock_timestamp())
   and (r.buyer_key is null or r.buyer_key is not distinct from b.buyer_key
        or cardinality(b.indexes) + coalesce((
               select sum(cardinality(x.indexes)) from booking.bookings x
                where x.event_id = b.event_id and x.buyer_key = r.buyer_key and x.id <> b.id
                  and (x.status in ('paying', 'confirmed', 'partially_refunded')
                       or (x.status = 'in_progress' and x.expires_at > clock_timestamp()))), 0) <= r.ticket_limit)
   and not exists (select from booking.promo_codes p
                    where p.id = b.promo_id and p.recipient_key is not null
                      and p.recipient_key is distinct from coalesce(r.buyer_key, b.buyer_key))
returning b.*;


-- name: end_payments
-- End failed payments: the hold stays live until it expires, and may be paid another way.
-- Inputs   parallel arrays ids, attempts
-- Invariant  only the failed attempt is reset; a later one is not affected.
update booking.bookings b set status = 'in_progress'
  from unnest(%(ids)s::text[], %(attempts)s::int[]) as r(id, attempt)
 where b.id = r.id and b.attempt = r.attempt and b.status = 'paying';


-- name: extend_hold_for_authentication
-- Return to the hold while the bank asks the buyer, and extend it once so that there is time to answer.
-- Inputs   id, attempt, seconds (at most this long from now; never longer than the original hold)
-- Outputs  expires_at, and whether this extended it; no row if that attempt is over
-- Invariant  changes only this attempt, or a live hold that the client pays itself. A hold is extended once, by a
--            bounded time: repeated bank questions cannot keep seats.
with asked as (
    select b.id, b.expires_at as ended_at,
           greatest(b.expires_at, clock_timestamp() + least(b.expires_at - b.created_at,
                                                            make_interval(secs => %(seconds)s))) as later
      from booking.bookings b
     where b.id = %(id)s and b.attempt = %(attempt)s
       and (b.status = 'paying' or (b.status = 'in_progress' and b.expires_at > clock_timestamp()))
     for no key update of b
)
update booking.bookings b
   set status = 'in_progress',
       expires_at = case when b.extended_at is null then asked.later else b.expires_at end,
       extended_at = coalesce(b.extended_at, case when asked.later > b.expires_at then clock_timestamp() end)
  from asked where b.id = asked.id
returning b.expires_at, b.expires_at > asked.ended_at as is_extended;


-- name: begin_late_payment
-- Begin the payment of a lapsed hold that its client has paid itself, so that it can be sold or ended.
-- Inputs   id, attempt (at the call to the processor)
-- Outputs  the booking under a new attempt; no row if it is over, its event is no longer on sale, or its promo code is
--          another person's
-- Invariant  it is sold only if all of its places are still its own (sell_tickets.sql).
update booking.bookings b set status = 'paying', attempt = attempt + 1, paying_since = clock_timestamp()
 where b.id = %(id)s and b.attempt = %(attempt)s and b.status = 'in_progress' and b.expires_at <= clock_timestamp()
   and exists (select from booking.sales s where s.event_id = b.event_id and s.open)
   and not exists (select from booking.promo_codes p
                    where p.id = b.promo_id and p.recipient_key is not null
                      and p.recipient_key is distinct from b.buyer_key)
returning b.*;


-- name: take_over_payment
-- Take a payment over from the attempt that began it, to settle it: a sale by the earlier attempt then finds no places.
-- Inputs   id, attempt
-- Outputs  the booking under its new attempt; no row if that attempt no longer pays it
update booking.bookings set attempt = attempt + 1, paying_since = clock_timestamp()
 where id = %(id)s and attempt = %(attempt)s and status = 'paying'
returning *;
