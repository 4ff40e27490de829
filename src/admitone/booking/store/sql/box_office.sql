-- name: pick_box_office_places
-- List places of a general-admission section that the organizer can sell now, the last first: buyers take the first.
-- Inputs   event_id, area_id, first_state ('a' or 'k': which of the two come first), quantity
-- Outputs  their indexes; places of ended claims come last. Takes no locks.
select t.index from booking.tickets t
  left join booking.bookings h on t.state = 'c' and h.id = t.booking_id
 where t.event_id = %(event_id)s and t.area_id = %(area_id)s and t.level_id <> ''
   and (t.state in ('a', 'k') or h.status in ('expired', 'released', 'failed')
        or (h.status = 'in_progress' and h.expires_at <= clock_timestamp()))
 order by t.state <> %(first_state)s::"char", t.state = 'c', t.index desc
 limit %(quantity)s;


-- name: sell_at_box_office
-- Sell places at the box office: they become sold and the booking confirmed in one step, or neither.
-- Inputs   id, event_id, organization_id, indexes, tickets (json), subtotal, fees, currency, email, name,
--          counter_payment, sold_by (an API key's id), idempotency_key, request_hash (digests)
-- Outputs  one row: confirmed_at (null: not sold), taken (the wanted places that are not available)
-- Invariant  a place is sold only from available, from held back, or from a claim that has ended (as in
--          claim_tickets): never one that a buyer holds or has bought. One that the inventory no longer has is never sold.
--          All of the places, or none.
-- Locks    tickets in (event, index) order, then bookings. The caller has locked the sale, so its terms are current.
with wanted as (
    select unnest(%(indexes)s::int[]) as index
),
candidates as (
    select t.index, t.state, t.booking_id as holder
    from wanted join booking.tickets t on t.event_id = %(event_id)s and t.index = wanted.index
    where t.state in ('a', 'k', 'c') and t.level_id <> ''
    order by t.event_id, t.index
    for update of t
),
lapsed as (
    -- Locked, not changed: this waits for a payment that begins at this moment.
    select h.id from booking.bookings h
    where h.id in (select holder from candidates where state = 'c')
      and h.status = 'in_progress' and h.expires_at <= clock_timestamp()
    order by h.id
    for no key update of h
),
free as (
    select c.index from candidates c
    where c.state in ('a', 'k')
       or c.holder in (select id from lapsed)
       or exists (select from booking.bookings h where h.id = c.holder and h.status in ('expired', 'released', 'failed'))
),
inserted as (
    insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                                  buyer_email, buyer_name, counter_payment, sold_by, idempotency_key, request_hash,
                                  created_at, expires_at, confirmed_at)
    select %(id)s, %(event_id)s, %(organization_id)s, 'confirmed', %(indexes)s::int[], %(tickets)s::json, %(subtotal)s,
           %(fees)s, %(currency)s, %(email)s, %(name)s, %(counter_payment)s, %(sold_by)s, %(idempotency_key)s,
           %(request_hash)s, moment, moment, moment
    from (select clock_timestamp() as moment) now
    where (select count(*) from free) = cardinality(%(indexes)s::int[])
    returning confirmed_at
),
sold as (
    update booking.tickets t set state = 's', booking_id = %(id)s
    from free, inserted
    where t.event_id = %(event_id)s and t.index = free.index
)
select (select confirmed_at from inserted) as confirmed_at,
       array(select index from wanted where index not in (select index from free) order by index) as taken;
