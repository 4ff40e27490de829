-- Begin to pay: from here on time alone never frees the booking's places.
-- Inputs   parallel arrays ids, emails, names, buyer_keys (null: leave as it is), limits; attempts_free,
--          wait_seconds, doublings_max: `domain/tries.py`
-- Outputs  a row a booking that may be paid now, after the update
-- Invariant  only a living hold of an event that is still sold can begin, within the buyer's limit; the attempt
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
returning b.*;
