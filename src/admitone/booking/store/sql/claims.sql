-- name: claim_tickets
-- Rank two: claim all places of each booking of a batch, or none, and insert the bookings that won.
-- Inputs   parallel arrays: one entry a booking (ids … indexes, in order), and one entry a wanted place (wanted_*)
-- Outputs  a row a booking: won, when its hold ends, and why it lost
--          (open: the terms are still those it was priced by; limited: within the limit of the buyer, and of the
--           client before the buyer is named; existing_id: an earlier booking with this idempotency key;
--           pass_fault: in-use or spent, if the pass has a booking already; block_wait: the seconds that the
--           client's address block has to wait, 0: none)
-- Inputs   block_factor: how many times the ticket limit an address block may hold without waiting; block_seconds:
--          the time between two holds that each further purchase adds
-- Invariant  a ticket is claimed only from available, or from a claim that has ended: its booking is over, or its
--          time has passed by this server's clock and it is not being paid. One that
--          the layout no longer has (its level is empty) is never claimed. While people are on the waiting list, a
--          claim that has ended is left to the sweeper: its places are theirs. Losers do not abort the batch.
-- Locks    tickets in (event, index) order, then bookings. The caller puts no place, buyer, client, pass or key twice
--          in a batch, and holds the locks of `lock_buyers` for buyers, clients, passes and blocks.
with asked as (
    select *
    from unnest(%(ids)s::text[], %(events)s::text[], %(organizations)s::text[], %(revisions)s::int[],
                %(quantities)s::int[], %(tickets)s::text[], %(subtotals)s::bigint[], %(fees)s::bigint[],
                %(currencies)s::text[], %(buyer_keys)s::text[], %(emails)s::text[], %(names)s::text[],
                %(limits)s::int[], %(holds)s::int[], %(keys)s::bytea[], %(hashes)s::bytea[], %(indexes)s::text[],
                %(clients)s::text[], %(blocks)s::text[], %(passes)s::text[]) with ordinality
         as b(id, event_id, organization_id, revision, quantity, tickets, subtotal, fees, currency, buyer_key,
              email, name, ticket_limit, hold_seconds, idempotency_key, request_hash, indexes, client_key, block_key,
              pass_ref, place)
),
crowded as (
    -- Holds of an address block: the live ones, and those of this batch up to this one.
    select b.id, b.ticket_limit, live.newest, b.running - b.quantity as earlier,
           coalesce(live.places, 0) + b.running - %(block_factor)s * b.ticket_limit as excess
    from (select asked.*, sum(quantity) over (partition by event_id, block_key order by place) as running
            from asked where block_key is not null) as b
    cross join lateral (select sum(cardinality(x.indexes)) as places, max(x.created_at) as newest
                          from booking.bookings x
                         where x.event_id = b.event_id and x.block_key = b.block_key
                           and x.expires_at > clock_timestamp() and x.status in ('in_progress', 'paying')) as live
),
waits as (
    select id, greatest(0, ceil(ceil(excess::numeric / ticket_limit) * %(block_seconds)s
                                - case when earlier > 0 then 0
                                       else extract(epoch from clock_timestamp() - coalesce(newest, clock_timestamp()))
                                  end))::int as seconds
    from crowded where excess > 0
),
wanted as (
    select * from unnest(%(wanted_bookings)s::text[], %(wanted_indexes)s::int[]) as w(booking_id, index)
),
judged as (
    select asked.*, selling.event_id is not null as still_open, coalesce(selling.has_waiting, false) as has_waiting,
           (asked.buyer_key is null
             or asked.quantity + coalesce((
                    select sum(cardinality(x.indexes)) from booking.bookings x
                     where x.event_id = asked.event_id and x.buyer_key = asked.buyer_key
                       and (x.status in ('paying', 'confirmed', 'partially_refunded')
                            or (x.status = 'in_progress' and x.expires_at > clock_timestamp()))), 0)
                <= asked.ticket_limit)
           and (asked.client_key is null
             or asked.quantity + coalesce((
                    select sum(cardinality(x.indexes)) from booking.bookings x
                     where x.event_id = asked.event_id and x.client_key = asked.client_key
                       and (x.status = 'paying'
                            or (x.status = 'in_progress' and x.expires_at > clock_timestamp()))), 0)
                <= asked.ticket_limit) as within_limit,
           case when asked.pass_ref is not null then (
               select case when x.status in ('in_progress', 'paying') then 'in-use' else 'spent' end
                 from booking.bookings x
                where x.event_id = asked.event_id and x.pass_ref = asked.pass_ref
                  and (x.status in ('paying', 'confirmed', 'refunded', 'partially_refunded')
                       or (x.status = 'in_progress' and x.expires_at > clock_timestamp()))
                order by x.confirmed_at nulls last limit 1) end as pass_fault,
           case when asked.block_key is null then 0
                else coalesce((select waits.seconds from waits where waits.id = asked.id), 0) end as block_wait,
           (select x.id from booking.bookings x where x.idempotency_key = asked.idempotency_key) as existing_id
    from asked
    left join lateral (
        select s.event_id, s.has_waiting from booking.sales s
         where s.event_id = asked.event_id and s.revision = asked.revision and s.open
           and coalesce(s.on_sale_at, '-infinity') <= clock_timestamp()
           and coalesce(s.off_sale_at, 'infinity') > clock_timestamp()) as selling on true
),
candidates as (
    select t.event_id, t.index, t.state, t.booking_id as holder, wanted.booking_id
    from wanted
    join judged on judged.id = wanted.booking_id and still_open and within_limit and pass_fault is null
         and block_wait = 0 and existing_id is null
    join booking.tickets t on t.event_id = judged.event_id and t.index = wanted.index
    where (t.state = 'a' or (t.state = 'c' and not judged.has_waiting)) and t.level_id <> ''
    order by t.event_id, t.index
    for update of t
),
lapsed as (
    -- Locked, not changed: this waits for a payment that begins at this moment. The sweeper ends the booking, and
    -- voids an authorization that it may have left at the processor.
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
                                  buyer_key, buyer_email, buyer_name, idempotency_key, request_hash, client_key,
                                  block_key, pass_ref, expires_at)
    select id, event_id, organization_id, 'in_progress',
           indexes::int[], tickets::json, subtotal, fees, currency, buyer_key, email, name, idempotency_key,
           request_hash, client_key, block_key, pass_ref,
           clock_timestamp() + make_interval(secs => hold_seconds)
    from asked join whole using (id)
    returning id, created_at, expires_at
)
select judged.id, inserted.id is not null as won, inserted.created_at, inserted.expires_at,
       still_open, within_limit, pass_fault, block_wait, existing_id
from judged left join inserted using (id);


-- name: free_bookings
-- End bookings that are not paid, and give their places back.
-- Inputs   ids; status (expired | released | failed); from_status; lapsed_only: only where the time has passed
-- Outputs  the bookings that ended now; is_withheld: a place of it is kept for the waiting list, or is on offer again
-- Invariant  a place is freed only where this booking has it: two reclaim paths never free it twice. One that the
--          layout no longer has (its level is empty) does not come back on sale. A place that another buyer offers
--          stays that buyer's, and is on offer again.
-- Locks    tickets in (event, index) order, then bookings, then booking.resales.
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
    update booking.tickets t
    set state = case when t.level_id = '' then 'b' when s.has_waiting then 'w' else 'a' end, booking_id = null
    from held join ended on ended.id = held.id join booking.sales s on s.event_id = held.event_id
    where t.event_id = held.event_id and t.index = held.index
    returning held.id, t.state
),
unclaimed as (
    update booking.resales r set claimed_by = null
    from ended where ended.is_resale and r.claimed_by = ended.id and r.state = 'offered'
    returning ended.id
)
select ended.*, exists (select from freed where freed.id = ended.id and freed.state = 'w')
                or exists (select from unclaimed where unclaimed.id = ended.id) as is_withheld
from ended;


-- name: lock_buyers
-- Serialize the bookings of one buyer, client, pass or address block at one event until this transaction ends, so that
-- a limit counts them all.
-- Inputs   keys: 64-bit hashes of (event, kind, key), any order
-- Invariant  every caller takes them in ascending order: no deadlock.
select pg_advisory_xact_lock(key) from (select distinct unnest(%(keys)s::bigint[]) as key order by key) ordered;
