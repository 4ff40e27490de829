-- Rank two: claim all places of each booking of a batch, or none, and insert the bookings that won.
-- Inputs   parallel arrays: one entry a booking (ids … indexes, in order), and one entry a wanted place (wanted_*)
-- Outputs  a row a booking: won, the moment its hold ends, and why it lost
--          (open: the terms are still those it was priced by; limited: within the buyer's limit;
--           known_id: an earlier booking with this idempotency key)
-- Invariant  a ticket is claimed only from available, or from a claim that has ended: its booking is over, or its
--          time has passed by this server's clock and it is not being paid. One that
--          the layout no longer has (its level is empty) is never claimed. Losers do not abort the batch.
-- Locks    tickets in (event, index) order, then bookings. The caller puts no place, buyer or key twice in a batch.
with asked as (
    select *
    from unnest(%(ids)s::text[], %(events)s::text[], %(organizations)s::text[], %(revisions)s::int[],
                %(quantities)s::int[], %(tickets)s::text[], %(subtotals)s::bigint[], %(fees)s::bigint[],
                %(currencies)s::text[], %(buyer_keys)s::text[], %(emails)s::text[], %(names)s::text[],
                %(limits)s::int[], %(holds)s::int[], %(keys)s::bytea[], %(hashes)s::bytea[], %(indexes)s::text[])
         as b(id, event_id, organization_id, revision, quantity, tickets, subtotal, fees, currency, buyer_key,
              email, name, ticket_limit, hold_seconds, idempotency_key, request_hash, indexes)
),
wanted as (
    select * from unnest(%(wanted_bookings)s::text[], %(wanted_indexes)s::int[]) as w(booking_id, index)
),
judged as (
    select asked.*,
           exists (select from booking.sales s
                    where s.event_id = asked.event_id and s.revision = asked.revision and s.open
                      and coalesce(s.on_sale_at, '-infinity') <= clock_timestamp()
                      and coalesce(s.off_sale_at, 'infinity') > clock_timestamp()) as still_open,
           asked.buyer_key is null
             or asked.quantity + coalesce((
                    select sum(cardinality(x.indexes)) from booking.bookings x
                     where x.event_id = asked.event_id and x.buyer_key = asked.buyer_key
                       and (x.status in ('paying', 'confirmed', 'partially_refunded')
                            or (x.status = 'in_progress' and x.expires_at > clock_timestamp()))), 0)
                <= asked.ticket_limit as within_limit,
           (select x.id from booking.bookings x where x.idempotency_key = asked.idempotency_key) as known_id
    from asked
),
candidates as (
    select t.event_id, t.index, t.state, t.booking_id as holder, wanted.booking_id
    from wanted
    join judged on judged.id = wanted.booking_id and still_open and within_limit and known_id is null
    join booking.tickets t on t.event_id = judged.event_id and t.index = wanted.index
    where t.state in ('a', 'c') and t.level_id <> ''
    order by t.event_id, t.index
    for update of t
),
lapsed as (
    -- Locked, not changed: it waits for a payment that begins in this moment. The sweeper ends the booking, and
    -- sees to what it may have left reserved with the processor.
    select h.id from booking.bookings h
    where h.id in (select holder from candidates where state = 'c')
      and h.status = 'in_progress' and h.expires_at <= clock_timestamp()
    order by h.id
    for no key update of h
),
free as (
    select c.* from candidates c
    where c.state = 'a'
       or c.holder in (select id from lapsed)
       or exists (select from booking.bookings h where h.id = c.holder and h.status in ('expired', 'released', 'failed'))
),
whole as (
    select asked.id from asked join free on free.booking_id = asked.id
    group by asked.id, asked.quantity having count(*) = asked.quantity
),
claimed as (
    update booking.tickets t set state = 'c', booking_id = free.booking_id
    from free join whole on whole.id = free.booking_id
    where t.event_id = free.event_id and t.index = free.index
),
inserted as (
    insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                                  buyer_key, buyer_email, buyer_name, idempotency_key, request_hash, expires_at)
    select id, event_id, organization_id, 'in_progress',
           indexes::int[], tickets::json, subtotal, fees, currency, buyer_key, email, name, idempotency_key,
           request_hash,
           clock_timestamp() + make_interval(secs => hold_seconds)
    from asked join whole using (id)
    returning id, created_at, expires_at
)
select judged.id, inserted.id is not null as won, inserted.created_at, inserted.expires_at,
       still_open, within_limit, known_id
from judged left join inserted using (id);
