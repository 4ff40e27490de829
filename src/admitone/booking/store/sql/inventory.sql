-- name: project_events
-- Store the terms that the catalogue announced, in its transaction.
-- Inputs   parallel arrays; capacity by the terms (tickets may be issued later)
-- Outputs  event ids whose terms were new
-- Invariant  an older revision never overwrites a newer one.
insert into booking.sales as s (event_id, organization_id, revision, open, on_sale_at, off_sale_at, terms, capacity,
                                available, sections)
select * from unnest(%(events)s::text[], %(organizations)s::text[], %(revisions)s::int[], %(opens)s::bool[],
                     %(on_sale)s::timestamptz[], %(off_sale)s::timestamptz[], %(terms)s::jsonb[], %(capacities)s::int[],
                     %(capacities)s::int[], %(sections)s::jsonb[])
on conflict (event_id) do update
   set revision = excluded.revision, open = excluded.open, on_sale_at = excluded.on_sale_at,
       off_sale_at = excluded.off_sale_at, terms = excluded.terms,
       capacity = case when s.layout is null then excluded.capacity else s.capacity end,
       available = case when s.layout is null then excluded.available else s.available end,
       sections = case when s.layout is null then excluded.sections else s.sections end
 where s.revision <= excluded.revision
returning s.event_id;


-- name: list_outdated_inventories
-- List events whose tickets were issued for another inventory than that of their current terms.
-- Inputs   parallel arrays events, digests
select s.event_id from booking.sales s
  join unnest(%(events)s::text[], %(digests)s::text[]) as now(event_id, layout) on now.event_id = s.event_id
 where s.layout is not null and s.layout <> now.layout;


-- name: lock_inventory
-- The same row, locked: one process issues tickets or raises the epoch at a time.
select event_id, revision, has_waiting, terms, layout, epoch from booking.sales where event_id = %(event_id)s for update;


-- name: read_inventory
-- One sale: its terms, and whether its tickets are issued.
select event_id, organization_id, revision, open, has_waiting, terms, layout, epoch
  from booking.sales where event_id = %(event_id)s;


-- name: issue_tickets
-- Issue missing places, and change existing ones to the new inventory.
-- Inputs   event_id; parallel arrays indexes, levels (empty: not for sale), areas (null: seat), states ('a' or 'b')
-- Invariant  a place that is claimed or sold stays so; its level decides whether it is for sale after its release.
--          A held back place stays so, unless the inventory does not have it.
insert into booking.tickets as t (event_id, index, level_id, area_id, state)
select %(event_id)s, p.index, p.level_id, p.area_id, p.state::"char"
  from unnest(%(indexes)s::int[], %(levels)s::text[], %(areas)s::text[], %(states)s::text[])
       as p(index, level_id, area_id, state)
on conflict (event_id, index) do update
   set level_id = excluded.level_id, area_id = excluded.area_id,
       state = case when t.state in ('a', 'b') or (t.state in ('k', 'w') and excluded.state = 'b') then excluded.state
                    else t.state end
 where (t.level_id, t.area_id) is distinct from (excluded.level_id, excluded.area_id)
    or (t.state in ('a', 'b', 'k', 'w') and t.state <> excluded.state);


-- name: withdraw_tickets
-- Places that the new layout does not have leave the sale. Those that are claimed or sold stay with their buyers, and
-- leave it when they are returned: they have no level any more.
update booking.tickets set level_id = '', state = case when state in ('a', 'k', 'w') then 'b' else state end
 where event_id = %(event_id)s and index <> all(%(indexes)s::int[]) and (level_id <> '' or state in ('a', 'k', 'w'));


-- name: set_inventory_digest
-- Record the inventory that tickets are issued for. The next round counts the available places again.
update booking.sales
   set layout = %(layout)s, capacity = %(capacity)s, available = least(available, %(capacity)s)
 where event_id = %(event_id)s;


-- name: raise_epoch
-- Raise the epoch for a new load of Redis.
update booking.sales set epoch = epoch + 1 where event_id = %(event_id)s returning epoch;


-- name: read_places
-- Read every place of one event in index order.
select index, level_id, area_id, state from booking.tickets where event_id = %(event_id)s order by index;


-- name: read_places_at
-- Read some places of one event in index order.
select index, area_id, state from booking.tickets
 where event_id = %(event_id)s and index = any(%(indexes)s::int[]) order by index;


-- name: read_live_claims
-- List the live claims of one event, with their remaining milliseconds (being paid: at least a minute).
select b.id, b.status, b.indexes,
       case when b.status = 'paying' then 60000
            else ceil(extract(epoch from b.expires_at - clock_timestamp()) * 1000) end::bigint as remaining_ms
  from booking.bookings b
 where b.id in (select distinct booking_id from booking.tickets where event_id = %(event_id)s and state = 'c')
   and (b.status = 'paying' or (b.status = 'in_progress' and b.expires_at > clock_timestamp()));


-- name: read_availability
-- Read the availability of events for lists: counts that are seconds old.
select event_id, open, on_sale_at, off_sale_at, capacity, available, sections, terms -> 'starts_at' as starts_at
  from booking.sales where event_id = any(%(events)s::text[]);


-- name: read_touched_inventories
-- List events whose availability word may have changed: counted since then, or their sale opened or closed.
-- Inputs   since, until (timestamptz)
-- Outputs  as read_availability, without sections
-- Invariant  a caller whose clock is ahead of this one still reads the counts of the last half minute.
select event_id, open, on_sale_at, off_sale_at, capacity, available
  from booking.sales
 where counted_at >= least(%(since)s, clock_timestamp() - interval '30 seconds')
    or (on_sale_at >= %(since)s and on_sale_at <= %(until)s)
    or (off_sale_at >= %(since)s and off_sale_at <= %(until)s);


-- name: count_available
-- Store the counts of one event's available places, by area and level; the caller's map counts the seats.
-- Inputs   event_id, available, sections (json), sold_out_levels
update booking.sales set available = %(available)s, sections = %(sections)s, counted_at = clock_timestamp(),
                         sold_out_levels = %(sold_out_levels)s::text[],
                         sold_out_at = case when %(available)s::int = 0 then sold_out_at end
 where event_id = %(event_id)s;


-- name: read_sold_out_levels
-- The price levels of an event of which no place was available at the last count.
-- Inputs   event_id
-- Outputs  sold_out_levels; no row of an unknown event
select sold_out_levels from booking.sales where event_id = %(event_id)s;


-- name: record_sold_out
-- Record that the last place of an event is sold: none is available or held; some are sold.
-- Inputs   event_id
-- Outputs  when, at the call that finds it; no row before, and none again until places were released
--          (`count_available` deletes it then)
update booking.sales s set sold_out_at = clock_timestamp()
 where s.event_id = %(event_id)s and s.sold_out_at is null and s.open
   and exists (select from booking.tickets t where t.event_id = s.event_id and t.state = 's')
   and not exists (select from booking.tickets t where t.event_id = s.event_id and t.state in ('a', 'c', 'w'))
returning s.sold_out_at;


-- name: read_published_terms
-- Read the last announced terms of events whose seats were shown at least once.
-- Inputs   events
select event_id, terms from booking.sales where event_id = any(%(events)s::text[]) and epoch > 0;


-- name: has_sales
-- Check whether any of these events has a claimed or sold place.
select exists (select from booking.tickets where event_id = any(%(events)s::text[]) and state in ('c', 's')) as found;


-- name: list_resold
-- List the sold places of one event that another booking had before, or that an exchange of seats moved a ticket to or
-- from: since when, and by which booking now.
-- Inputs   event_id
-- Outputs  index, booking_id, sold_at, ascending
with given_back as (
    select distinct unnest(case when b.status = 'failed' then b.indexes else b.refunded end) as index
      from booking.bookings b
     where b.event_id = %(event_id)s and (b.status = 'failed' or cardinality(b.refunded) > 0)
     union
    select unnest(array[x.from_index, x.to_index]) from booking.exchanges x where x.event_id = %(event_id)s
)
select t.index, t.booking_id,
       coalesce((select max(x.exchanged_at) from booking.exchanges x
                  where x.booking_id = t.booking_id and x.to_index = t.index), b.confirmed_at) as sold_at
  from given_back join booking.tickets t on t.event_id = %(event_id)s and t.index = given_back.index
  join booking.bookings b on b.id = t.booking_id
 where t.state = 's'
 order by t.index;


-- name: list_sold_indexes
-- List the sold places of one event whose money is not in dispute, ascending.
select index from booking.tickets t
 where event_id = %(event_id)s and state = 's'
   and not exists (select from booking.bookings b where b.id = t.booking_id and b.disputed_at is not null)
 order by index;
