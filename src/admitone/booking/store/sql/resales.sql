-- name: insert_resales
-- Offer sold tickets of a booking.
-- Inputs   booking_id, event_id; parallel arrays ids, indexes
-- Invariant  a place is offered once at a time: one that is offered already stays so, also if its buyer had taken it
--            back. The caller has locked the places (lock_sold_places) and checked that the booking has them.
insert into booking.resales (id, event_id, index, booking_id)
select asked.id, %(event_id)s, asked.index, %(booking_id)s
  from unnest(%(ids)s::text[], %(indexes)s::int[]) as asked(id, index)
 order by asked.index
on conflict (event_id, index) where state = 'offered' do update set withdraw_at = null;


-- name: is_disputed
-- Whether the money of a booking is in dispute.
-- Inputs   booking_id
select disputed_at is not null as disputed from booking.bookings where id = %(booking_id)s;


-- name: list_spent_offers
-- Places of a booking that were offered as often as one place can be within a day.
-- Inputs   booking_id, indexes, offers_max
-- Outputs  index, wait_seconds (until the next offer is possible)
-- Invariant  each offer counts, whatever became of it. The caller has locked the tickets, so that offers of one booking
--            are made one after the other.
select index, ceil(extract(epoch from (array_agg(offered_at order by offered_at desc))[%(offers_max)s]
                                      + interval '1 day' - clock_timestamp()))::int as wait_seconds
  from booking.resales
 where booking_id = %(booking_id)s and index = any(%(indexes)s::int[])
   and offered_at > clock_timestamp() - interval '1 day'
 group by index having count(*) >= %(offers_max)s order by index;


-- name: withdraw_resales
-- The buyer takes tickets back that are on offer. One that another booking holds is withdrawn later (end_withdrawn),
-- unless that booking buys it; it is offered to no other person.
-- Inputs   booking_id, indexes
-- Outputs  index, is_held of all of those asked for; no row, and nothing is withdrawn, where one of them is not on offer
-- Invariant  of a withdrawal and an offer to another person, the first wins: both lock the row.
with asked as (
    select r.id, r.claimed_by is not null as is_held from booking.resales r
     where r.booking_id = %(booking_id)s and r.index = any(%(indexes)s::int[]) and r.state = 'offered'
     order by r.id
       for update
)
update booking.resales r
   set state = case when asked.is_held then 'offered' else 'withdrawn' end,
       closed_at = case when asked.is_held then null else clock_timestamp() end,
       withdraw_at = coalesce(r.withdraw_at, clock_timestamp())
  from asked
 where r.id = asked.id and (select count(*) from asked) = cardinality(%(indexes)s::int[])
returning r.index, asked.is_held;


-- name: free_stale_claims
-- Places on offer that a booking holds which is over: a process of an earlier release, which knows no claims, ended it.
-- Inputs   rows_max
-- Outputs  event_id of each
-- Invariant  free_bookings ends a booking and clears its claims in one transaction, so a claim that is seen here is left.
update booking.resales r set claimed_by = null
 where r.id in (select x.id from booking.resales x join booking.bookings b on b.id = x.claimed_by
                 where x.state = 'offered' and b.status not in ('in_progress', 'paying')
                 order by x.id limit %(rows_max)s
                 for no key update of x skip locked)
returning r.event_id;


-- name: end_withdrawn
-- Offers that their buyers had taken back while another booking held them, and that it did not buy.
-- Inputs   rows_max
-- Outputs  event_id, booking_id, buyer_email, buyer_name, indexes, ended_at of the bookings concerned
with over as (
    select r.id from booking.resales r
     where r.state = 'offered' and r.withdraw_at is not null and r.claimed_by is null
     order by r.id limit %(rows_max)s
     for no key update skip locked
),
ended as (
    update booking.resales r set state = 'withdrawn', closed_at = clock_timestamp()
      from over where r.id = over.id
    returning r.event_id, r.booking_id, r.index, r.closed_at
)
select ended.event_id, ended.booking_id, b.buyer_email, b.buyer_name,
       array_agg(ended.index order by ended.index) as indexes, max(ended.closed_at) as ended_at
  from ended join booking.bookings b on b.id = ended.booking_id
 group by ended.event_id, ended.booking_id, b.buyer_email, b.buyer_name;


-- name: list_resales
-- The tickets of a booking that are on offer.
-- Inputs   booking_id
-- Outputs  index, is_held (by another booking), is_withdrawing (its buyer took it back meanwhile)
select index, claimed_by is not null as is_held, withdraw_at is not null as is_withdrawing from booking.resales where booking_id = %(booking_id)s and state = 'offered' order by index;


-- name: has_resales
-- Whether tickets of an event are on offer that no booking holds.
-- Inputs   event_id
select exists (select from booking.resales
                where event_id = %(event_id)s and state = 'offered' and claimed_by is null
                  and withdraw_at is null) as found;


-- name: list_resale_places
-- The places of an event that are sold, that their buyers offer, and that a person waits for.
-- Inputs   event_id, rows_max
-- Outputs  id, index, booking_id (that has it), level_id, area_id; the earliest offer first
-- Invariant  nothing is locked: insert_offers decides. A place whose money is in dispute, or that the layout no longer
--            has, is left out.
select r.id, r.index, r.booking_id, t.level_id, t.area_id
  from booking.resales r join booking.tickets t on t.event_id = r.event_id and t.index = r.index
  join booking.bookings b on b.id = r.booking_id
 where r.event_id = %(event_id)s and r.state = 'offered' and r.claimed_by is null
   and r.withdraw_at is null and t.state = 's' and t.booking_id = r.booking_id and t.level_id <> '' and b.disputed_at is null
   and exists (select from booking.waiting_entries w
                where w.event_id = r.event_id and w.state = 'waiting' and (w.level_id is null or w.level_id = t.level_id))
 order by r.offered_at, r.id limit %(rows_max)s;


-- name: end_resales
-- Offers that came to nothing: the ticket was used or transferred meanwhile, or cannot be refunded.
-- Inputs   ids
-- Outputs  event_id, booking_id, buyer_email, buyer_name, indexes, ended_at of the bookings concerned; is_cancelled: false
with ended as (
    update booking.resales set state = 'ended', closed_at = clock_timestamp()
     where id = any(%(ids)s::text[]) and state = 'offered'
    returning event_id, booking_id, index, closed_at
)
select ended.event_id, ended.booking_id, false as is_cancelled, b.buyer_email, b.buyer_name,
       array_agg(ended.index order by ended.index) as indexes, max(ended.closed_at) as ended_at
  from ended join booking.bookings b on b.id = ended.booking_id
 group by ended.event_id, ended.booking_id, b.buyer_email, b.buyer_name;


-- name: end_late_resales
-- Offers that came to nothing because the sale or the time of returns is over, the event does not take place, or its
-- organizer does not refund tickets when they are sold any more: the tickets stay with their buyers.
-- Inputs   rows_max
-- Outputs  event_id, booking_id, buyer_email, buyer_name, indexes, ended_at of the bookings concerned; is_cancelled
-- Invariant  a place that another booking holds or pays for stays on offer until that booking is over.
with late as (
    select r.id, s.terms ->> 'status' = 'cancelled' as is_cancelled
      from booking.resales r join booking.sales s on s.event_id = r.event_id
      left join booking.resale_terms a on a.event_id = r.event_id
     where r.state = 'offered' and r.claimed_by is null and r.withdraw_at is null
       and (s.off_sale_at <= clock_timestamp() or s.terms ->> 'status' = 'cancelled'
            or booking.returns_end(s.terms, a.returns_until) <= clock_timestamp()
            or a.returns is distinct from 'when_sold')
     order by r.id limit %(rows_max)s
     for no key update of r skip locked
),
ended as (
    update booking.resales r set state = 'ended', closed_at = clock_timestamp()
      from late where r.id = late.id
    returning r.event_id, r.booking_id, r.index, r.closed_at, late.is_cancelled
)
select ended.event_id, ended.booking_id, ended.is_cancelled, b.buyer_email, b.buyer_name,
       array_agg(ended.index order by ended.index) as indexes, max(ended.closed_at) as ended_at
  from ended join booking.bookings b on b.id = ended.booking_id
 group by ended.event_id, ended.booking_id, ended.is_cancelled, b.buyer_email, b.buyer_name;


-- name: list_claimed_resales
-- The places of other buyers that a booking holds.
-- Inputs   booking_id (that holds them)
-- Outputs  id, index, booking_id (that has it)
select id, index, booking_id from booking.resales
 where claimed_by = %(booking_id)s and state = 'offered' order by id;


-- name: lock_sale_of_resales
-- Lock the booking that is being paid, and the bookings whose places it holds.
-- Inputs   ids
-- Outputs  the bookings
-- Locks    bookings in id order, after their tickets (lock_places) and before the rows of booking.resales.
select b.* from booking.bookings b where b.id = any(%(ids)s::text[]) order by b.id for no key update;


-- name: take_over_places
-- Places that their buyers offer go to the booking that holds them: the tickets of these buyers are void from this
-- commit on, and the places are claimed by the booking, as its other places are.
-- Inputs   booking_id (that holds them), attempt (that was authorized)
-- Outputs  id, index, booking_id (that had it) of the places that were taken over
-- Invariant  a place goes over only while its buyer has it, sold and not in dispute, before the end of returns, and only
--            to the booking that holds the offer and is being paid. The transaction that takes over sells, or rolls back.
-- Locks    the caller holds lock_places and lock_sale_of_resales; then booking.resales in id order.
with taken as (
    select r.id, r.event_id, r.index, r.booking_id
      from booking.resales r join booking.tickets t on t.event_id = r.event_id and t.index = r.index
      join booking.bookings b on b.id = r.booking_id
      join booking.sales s on s.event_id = r.event_id
      left join booking.resale_terms a on a.event_id = r.event_id
     where r.claimed_by = %(booking_id)s and r.state = 'offered'
       and coalesce(booking.returns_end(s.terms, a.returns_until), 'infinity') > clock_timestamp()
       and t.state = 's' and t.booking_id = r.booking_id
       and b.status in ('confirmed', 'partially_refunded') and b.disputed_at is null
       and exists (select from booking.bookings x
                    where x.id = %(booking_id)s and x.status = 'paying' and x.attempt = %(attempt)s)
     order by r.id
       for update of r
),
void as (
    select booking_id, array_agg(index order by index) as indexes from taken group by booking_id
),
refunded as (
    update booking.bookings b
       set refunded = b.refunded || void.indexes,
           status = case when cardinality(b.refunded) + cardinality(void.indexes) = cardinality(b.indexes)
                         then 'refunded' else 'partially_refunded' end
      from void where b.id = void.booking_id
),
claimed as (
    update booking.tickets t set state = 'c', booking_id = %(booking_id)s
      from taken where t.event_id = taken.event_id and t.index = taken.index
)
update booking.resales r set state = 'sold', closed_at = clock_timestamp()
  from taken where r.id = taken.id
returning r.id, r.index, r.booking_id;
