-- name: lock_waiting_list
-- One process offers places of an event, or empties its list, at a time.
-- Inputs   key: 64-bit hash of the event
select pg_advisory_xact_lock(%(key)s);


-- name: share_waiting_list
-- Join a list while others join it, and while no process offers places of the event.
-- Inputs   key: as in lock_waiting_list
select pg_advisory_xact_lock_shared(%(key)s);


-- name: insert_entry
-- Join the end of the list, and mark the event as waited for.
-- Inputs   id, event_id, buyer_key, buyer_email, buyer_name, client_key, block_key, quantity, level_id, together;
--          limit (tickets a buyer), block_max (live entries an address block)
-- Outputs  one row: won; begins (the list was empty before); live_id, live_client (the live entry of the same buyer, and the
--          client that made it); within_limit; within_block
-- Invariant  one live entry a buyer and event (waiting_entries_of_buyer); the number is the order of arrival. The caller
--            shares the list's lock, so that no process concludes meanwhile that the list is empty.
with live as (
    select e.id, e.client_key from booking.waiting_entries e
     where e.event_id = %(event_id)s and e.buyer_key = %(buyer_key)s and e.state in ('waiting', 'offered')
),
judged as (
    select not exists (select from live) as is_new,
           %(quantity)s + coalesce((select sum(cardinality(x.indexes) - cardinality(x.refunded))
                                      from booking.bookings x
                                     where x.event_id = %(event_id)s and x.buyer_key = %(buyer_key)s
                                       and (x.status in ('paying', 'confirmed', 'partially_refunded')
                                            or (x.status = 'in_progress' and x.expires_at > clock_timestamp()))), 0)
               <= %(limit)s as within_limit,
           %(block_key)s::text is null
               or (select count(*) from booking.waiting_entries e
                    where e.event_id = %(event_id)s and e.block_key = %(block_key)s
                      and e.state in ('waiting', 'offered')) < %(block_max)s as within_block
),
joined as (
    insert into booking.waiting_entries (id, event_id, buyer_key, buyer_email, buyer_name, client_key, block_key,
                                         quantity, level_id, together)
    select %(id)s, %(event_id)s, %(buyer_key)s, %(buyer_email)s, %(buyer_name)s, %(client_key)s, %(block_key)s,
           %(quantity)s, %(level_id)s, %(together)s
      from judged where is_new and within_limit and within_block
    on conflict (event_id, buyer_key) where state in ('waiting', 'offered') do nothing
    returning id
),
marked as (
    update booking.sales s set has_waiting = true
      from joined where s.event_id = %(event_id)s and not s.has_waiting
    returning s.event_id
)
select exists (select from joined) as won, exists (select from marked) as begins, (select id from live) as live_id,
       (select client_key from live) as live_client, within_limit, within_block
  from judged;


-- name: read_entry
-- One entry, how its offer stands, and how many wait before it.
-- Inputs   id, event_id
-- Outputs  the entry; ahead (of a waiting one); draw_at (of one whose order is not drawn yet); offer_status,
--          offer_expires_at, is_open (the offer can be paid now)
select e.*, b.status as offer_status, b.expires_at as offer_expires_at,
       coalesce(b.status = 'paying' or (b.status = 'in_progress' and b.expires_at > clock_timestamp()), false) as is_open,
       case when e.state = 'waiting' then (
           select count(*) from booking.waiting_entries f
            where f.event_id = e.event_id and f.state = 'waiting'
              and (coalesce(f.drawn_rank, 2147483647), f.number) < (coalesce(e.drawn_rank, 2147483647), e.number)
            )::int end as ahead,
       case when e.state = 'waiting' then (
           select r.draw_at from booking.resale_terms r join booking.waiting_draws d using (event_id)
            where r.event_id = e.event_id and r.waiting_list = 'draw' and d.drawn_at is null) end as draw_at
  from booking.waiting_entries e left join booking.bookings b on b.id = e.booking_id
 where e.id = %(id)s and e.event_id = %(event_id)s;


-- name: leave_list
-- An entry leaves before it has an offer.
-- Inputs   id
-- Outputs  its id; no row where it no longer waits
update booking.waiting_entries set state = 'left', closed_at = clock_timestamp()
 where id = %(id)s and state = 'waiting' returning id;


-- name: close_offers
-- The offers whose bookings are over: sold, or ended in another way. Oldest first.
-- Inputs   ids (of entries; null: all), rows_max
-- Outputs  id, event_id, booking_id, state (bought | missed | declined), buyer_email, buyer_name of those that closed now
-- Invariant  an entry closes once; its state follows from the booking, never from a clock.
with over as (
    select e.id, case when b.status in ('confirmed', 'refunded', 'partially_refunded') then 'bought'
                      when b.status = 'released' then 'declined' else 'missed' end as outcome
      from booking.waiting_entries e join booking.bookings b on b.id = e.booking_id
     where e.state = 'offered' and b.status not in ('in_progress', 'paying')
       and (%(ids)s::text[] is null or e.id = any(%(ids)s::text[]))
     order by e.offered_at limit %(rows_max)s
     for no key update of e skip locked
)
update booking.waiting_entries e set state = over.outcome, closed_at = clock_timestamp()
  from over where e.id = over.id
returning e.id, e.event_id, e.booking_id, e.state, e.buyer_email, e.buyer_name;


-- name: list_offerable
-- The places of an event that can be offered: withheld first, then those for sale to everybody.
-- Inputs   event_id, rows_max
-- Outputs  index, level_id, area_id, state
-- Invariant  nothing is locked: insert_offers decides.
select t.index, t.level_id, t.area_id, t.state::text as state from booking.tickets t
 where t.event_id = %(event_id)s and t.state in ('a', 'w') and t.level_id <> ''
 order by t.state <> 'w', t.index limit %(rows_max)s;


-- name: list_waiting
-- The entries of an event that may be served by the free places, in their order: of entries that wait for the same, no
-- more than the places suffice for.
-- Inputs   event_id, levels (that have free places), places (how many are free), ticket_limit, rows_max
-- Outputs  id, quantity, level_id, together, buyer_key; within_limit: the buyer may have this many more tickets
-- Invariant  the order is the drawn rank, then the number that the database gave. Nothing is locked: insert_offers decides.
with candidates as (
    select w.id, w.number, coalesce(w.drawn_rank, 2147483647) as drawn, w.quantity, w.level_id, w.together, w.buyer_key,
           w.quantity + coalesce((select sum(cardinality(x.indexes) - cardinality(x.refunded)) from booking.bookings x
                                   where x.event_id = w.event_id and x.buyer_key = w.buyer_key
                                     and (x.status in ('paying', 'confirmed', 'partially_refunded')
                                          or (x.status = 'in_progress' and x.expires_at > clock_timestamp()))), 0)
               <= %(ticket_limit)s as within_limit
      from booking.waiting_entries w
     where w.event_id = %(event_id)s and w.state = 'waiting' and w.quantity <= %(places)s
       and (w.level_id is null or w.level_id = any(%(levels)s::text[]))
),
ranked as (
    select *, row_number() over (partition by quantity, level_id, together, within_limit order by drawn, number) as place
      from candidates
)
select id, quantity, level_id, together, buyer_key, within_limit
  from ranked where place <= %(places)s / quantity order by drawn, number limit %(rows_max)s;


-- name: try_lock_buyers
-- The keys whose locks are free now, locked until the transaction ends; as lock_buyers, without waiting: a claim that waits for a
-- place has its buyer's lock.
-- Inputs   keys: 64-bit hashes of (event, kind, key)
select key from unnest(%(keys)s::bigint[]) as key where pg_try_advisory_xact_lock(key);


-- name: insert_offers
-- Give places to entries: a hold for each, in the name of the entry's buyer.
-- Inputs   event_id, organization_id, currency, hold_seconds, ticket_limit; parallel arrays entries, ids (of bookings), indexes
--          (arrays as text), tickets (json), subtotals, fees; wanted_bookings and wanted_indexes: a row a place, each place once
-- Outputs  id, event_id, booking_id, buyer_email, buyer_name of the entries that have an offer now, with its expires_at
-- Invariant  an entry gets one offer in its life: it is waiting, so it has no booking. A place is taken only while it is withheld or
--            for sale, or is sold and its buyer offers it; all places of an offer or none, within the buyer's limit. A
--            sold place stays its buyer's: the offer alone has a claim on it.
-- Locks    tickets, booking.resales and entries, without waiting: what another transaction has locked is not offered.
with asked as (
    select * from unnest(%(entries)s::text[], %(ids)s::text[], %(indexes)s::text[], %(tickets)s::text[],
                         %(subtotals)s::bigint[], %(fees)s::bigint[])
         as b(entry_id, id, indexes, tickets, subtotal, fees)
),
wanted as (
    select * from unnest(%(wanted_bookings)s::text[], %(wanted_indexes)s::int[]) as w(booking_id, index)
),
free as (
    select wanted.booking_id, t.index from wanted
      join booking.tickets t on t.event_id = %(event_id)s and t.index = wanted.index
     where t.state in ('a', 'w') and t.level_id <> ''
     order by t.index
     for update of t skip locked
),
resold as (
    select wanted.booking_id, r.id from wanted
      join booking.tickets t on t.event_id = %(event_id)s and t.index = wanted.index
      join booking.resales r on r.event_id = t.event_id and r.index = t.index and r.booking_id = t.booking_id
     where t.state = 's' and t.level_id <> '' and r.state = 'offered' and r.claimed_by is null
       and r.withdraw_at is null
     order by t.index
     for update of t, r skip locked
),
waiting as (
    select e.* from asked join booking.waiting_entries e on e.id = asked.entry_id
     where e.event_id = %(event_id)s and e.state = 'waiting'
     order by e.number
     for no key update of e skip locked
),
whole as (
    select asked.*, w.buyer_key, w.buyer_email, w.buyer_name, sold.places > 0 as is_resale
      from asked join waiting w on w.id = asked.entry_id
      cross join lateral (select count(*) as places from resold where resold.booking_id = asked.id) as sold
     where (select count(*) from free where free.booking_id = asked.id) + sold.places = cardinality(asked.indexes::int[])
       and w.quantity + coalesce((select sum(cardinality(x.indexes) - cardinality(x.refunded)) from booking.bookings x
                                   where x.event_id = w.event_id and x.buyer_key = w.buyer_key
                                     and (x.status in ('paying', 'confirmed', 'partially_refunded')
                                          or (x.status = 'in_progress' and x.expires_at > clock_timestamp()))), 0)
           <= %(ticket_limit)s
),
made as (
    insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                                  buyer_key, buyer_email, buyer_name, is_resale, expires_at)
    select id, %(event_id)s, %(organization_id)s, 'in_progress', indexes::int[], tickets::json, subtotal, fees,
           %(currency)s, buyer_key, buyer_email, buyer_name, nullif(is_resale, false),
           clock_timestamp() + make_interval(secs => %(hold_seconds)s)
      from whole
    returning id, created_at, expires_at
),
taken as (
    update booking.tickets t set state = 'c', booking_id = free.booking_id
      from free join made on made.id = free.booking_id
     where t.event_id = %(event_id)s and t.index = free.index
),
claimed as (
    update booking.resales r set claimed_by = made.id
      from resold join made on made.id = resold.booking_id
     where r.id = resold.id
),
offered as (
    update booking.waiting_entries e set state = 'offered', booking_id = whole.id, offered_at = made.created_at
      from whole join made on made.id = whole.id
     where e.id = whole.entry_id
    returning e.id, e.event_id, e.booking_id, e.buyer_email, e.buyer_name
)
select offered.id, offered.event_id, offered.booking_id, offered.buyer_email, offered.buyer_name, made.expires_at
  from made join offered on offered.booking_id = made.id;


-- name: end_entries
-- Entries that wait for nothing any more: the sale is over, the event is cancelled, or the buyer has as many tickets as a
-- person may have.
-- Inputs   event_id, ids (null: all that wait)
-- Outputs  id, event_id, buyer_email, buyer_name of the entries that ended now
update booking.waiting_entries set state = 'ended', closed_at = clock_timestamp()
 where event_id = %(event_id)s and state = 'waiting' and (%(ids)s::text[] is null or id = any(%(ids)s::text[]))
returning id, event_id, buyer_email, buyer_name;


-- name: release_withheld
-- Put places that no entry of the list can use on public sale.
-- Inputs   event_id, indexes
-- Outputs  the indexes that are for sale now
update booking.tickets set state = case when level_id = '' then 'b' else 'a' end
 where event_id = %(event_id)s and index = any(%(indexes)s::int[]) and state = 'w'
returning index;


-- name: unmark_waiting
-- Nobody waits for the event any more: the public may claim what becomes free.
-- Inputs   event_id
-- Outputs  the event, where somebody waited until now
-- Invariant  the caller has the list's lock, so no entry joins at the same time.
update booking.sales s set has_waiting = false
 where s.event_id = %(event_id)s and s.has_waiting
   and not exists (select from booking.waiting_entries e where e.event_id = s.event_id and e.state = 'waiting')
returning s.event_id;


-- name: list_waited_events
-- The events that somebody waits for, for the sweep.
-- Outputs  event_id, revision, counted_at; is_over: their sale has ended; is_drawn: the moment of their draw has come
select s.event_id, s.revision, s.counted_at, coalesce(s.off_sale_at <= clock_timestamp(), false) as is_over,
       exists (select from booking.waiting_draws d join booking.resale_terms r using (event_id)
                where d.event_id = s.event_id and d.drawn_at is null and r.waiting_list = 'draw'
                  and r.draw_at <= clock_timestamp()) as is_drawn
  from booking.sales s where s.has_waiting;


-- name: list_offered_places
-- The places of live offers, for showing them in Redis as held.
-- Inputs   ids (of bookings)
-- Outputs  id, index, area_id, remaining_ms
select b.id, t.index, t.area_id,
       ceil(extract(epoch from b.expires_at - clock_timestamp()) * 1000)::bigint as remaining_ms
  from booking.bookings b join booking.tickets t on t.event_id = b.event_id and t.index = any(b.indexes)
 where b.id = any(%(ids)s::text[]) and b.status = 'in_progress' and b.expires_at > clock_timestamp()
   and t.state = 'c' and t.booking_id = b.id
 order by b.id, t.index;


-- name: count_entries
-- How the entries of an event stand, for its organizer.
-- Inputs   event_id
-- Outputs  state, level_id, entries, tickets
select e.state, e.level_id, count(*)::int as entries, sum(e.quantity)::int as tickets
  from booking.waiting_entries e where e.event_id = %(event_id)s group by e.state, e.level_id;


-- name: list_entries
-- The entries of an event, the first in the order first.
-- Inputs   event_id, state (null: any), size, skip
select e.*, b.expires_at as offer_expires_at
  from booking.waiting_entries e left join booking.bookings b on b.id = e.booking_id
 where e.event_id = %(event_id)s and (%(state)s::text is null or e.state = %(state)s)
 order by coalesce(e.drawn_rank, 2147483647), e.number limit %(size)s offset %(skip)s;
