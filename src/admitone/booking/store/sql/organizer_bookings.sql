-- name: bookings_found
-- Part of the statements below: which bookings b of one organization a list has.
-- Inputs   organization_id, event_id (null: any), status (null: any), ids (null: any),
--          folded (null: any; LIKE patterns that all match the folded words), literal (LIKE patterns that all match
--          id, buyer and code as they are: signs that folding leaves out), ticket_events and ticket_indexes (places
--          that the booking has or had)
-- Conditions without patterns or places are left out of the plan: as an anti-join over no places, they made the planner
-- read and sort every booking of an organization for its first page.
       b.organization_id = %(organization_id)s
   and (%(event_id)s::text is null or b.event_id = %(event_id)s)
   and (%(status)s::text is null or b.status = %(status)s)
   and (%(ids)s::text[] is null or b.id = any(%(ids)s::text[]))
   and (%(folded)s::text[] is null
        or b.id in (select w.booking_id from booking.booking_words w
                     where (%(event_id)s::text is null or w.event_id = %(event_id)s)
                       and w.folded like all (%(folded)s::text[])))
   and (cardinality(%(literal)s::text[]) = 0
        or concat_ws(' ', b.id, b.buyer_email, b.buyer_name, b.promo_code) like all (%(literal)s::text[]))
   and (cardinality(%(ticket_events)s::text[]) = 0
        or not exists (select from unnest(%(ticket_events)s::text[], %(ticket_indexes)s::int[]) as asked (event_id, index)
                        where asked.event_id <> b.event_id or asked.index <> all (b.indexes)))


-- name: bookings_page
-- Part of the statements below. Inputs before_id (null: from the newest), size, skip
   and (%(before_id)s::text is null or b.id < %(before_id)s)
 order by b.id desc limit %(size)s offset %(skip)s


-- name: from_live
-- Part of the statements below: the bookings that are not over, from the table that has them.
  from booking.live_bookings l join booking.bookings b on b.id = l.booking_id


-- name: from_ended
-- Part of the statements below: the bookings in one of the states that `ended_bookings` has.
-- Inputs   organization_id, status
  from booking.ended_bookings e join booking.bookings b on b.id = e.booking_id
   and e.organization_id = %(organization_id)s and e.status = %(status)s


-- name: list_bookings
-- Bookings of one organization, the newest first (ids are ordered by time). Here and in the counts, the statements that
-- end in `_live` and `_ended` answer for one state: no index of booking.bookings knows a booking's state, so that a sale
-- changes none. Sold bookings are most of an organization's, and are found among all.
-- Inputs   as in bookings_found and bookings_page
select b.*
  from booking.bookings b
 where
-- include: "bookings_found"
-- include: "bookings_page"
;


-- name: list_bookings_live
-- As list_bookings.
select b.*
-- include: "from_live"
 where
-- include: "bookings_found"
-- include: "bookings_page"
;


-- name: list_bookings_ended
-- As list_bookings.
select b.*
-- include: "from_ended"
 where
-- include: "bookings_found"
-- include: "bookings_page"
;


-- name: count_bookings
-- How many bookings there are on all pages; inputs as in bookings_found.
select count(*)::int as total
  from booking.bookings b
 where
-- include: "bookings_found"
;


-- name: count_bookings_live
-- As count_bookings.
select count(*)::int as total
-- include: "from_live"
 where
-- include: "bookings_found"
;


-- name: count_bookings_ended
-- As count_bookings.
select count(*)::int as total
-- include: "from_ended"
 where
-- include: "bookings_found"
;


-- name: count_tickets
-- How many tickets those bookings have, refunded ones included; inputs as in bookings_found. Apart from count_bookings,
-- which reads indexes alone.
select coalesce(sum(cardinality(b.indexes)), 0)::bigint as total
  from booking.bookings b
 where
-- include: "bookings_found"
;


-- name: count_tickets_live
-- As count_tickets.
select coalesce(sum(cardinality(b.indexes)), 0)::bigint as total
-- include: "from_live"
 where
-- include: "bookings_found"
;


-- name: count_tickets_ended
-- As count_tickets.
select coalesce(sum(cardinality(b.indexes)), 0)::bigint as total
-- include: "from_ended"
 where
-- include: "bookings_found"
;


-- name: list_bookings_of_places
-- List the bookings of one organization that were bought and hold or held one of these places, the newest first.
-- Inputs   organization_id, event_id (null: any), indexes
-- Outputs  the booking; former: the places that its tickets left in exchanges
with held as (
    select b.id from booking.bookings b
     where b.organization_id = %(organization_id)s
       and (%(event_id)s::text is null or b.event_id = %(event_id)s)
       and b.indexes && %(indexes)s::int[] and b.confirmed_at is not null
     union
    select e.booking_id from booking.exchanges e
     where e.from_index = any(%(indexes)s::int[]) and (%(event_id)s::text is null or e.event_id = %(event_id)s)
)
select b.*, array(select e.from_index from booking.exchanges e where e.booking_id = b.id) as former
  from held join booking.bookings b on b.id = held.id
 where b.organization_id = %(organization_id)s
 order by b.id desc;


-- name: list_unfolded
-- Bookings of one organization whose words are not folded yet, or were other words when they were, in order of ids.
-- Inputs   organization_id, event_id (null: any), after_id, size
-- Outputs  booking_id, event_id, words (id, buyer, promo code, places)
select n.booking_id, n.event_id, n.words
  from (select b.id as booking_id, b.event_id,
               concat_ws(' ', b.id, b.buyer_email, b.buyer_name, b.promo_code,
                 (select string_agg(concat_ws(' ', t ->> 2, t ->> 7, t ->> 8), ' ')
                    from json_array_elements(b.tickets) t)) as words
          from booking.bookings b
         where b.organization_id = %(organization_id)s and b.id > %(after_id)s
           and (%(event_id)s::text is null or b.event_id = %(event_id)s)) n
  left join booking.booking_words w on w.booking_id = n.booking_id
 where w.source is distinct from sha256(convert_to(n.words, 'UTF8'))
 order by n.booking_id limit %(size)s;


-- name: store_folded
-- Remember folded words of bookings.
-- Inputs   arrays booking_ids, event_ids, words (that were folded), folded
-- Invariant two searches at once write the same; a booking that is deleted meanwhile gets none.
insert into booking.booking_words (booking_id, event_id, source, folded)
select n.booking_id, n.event_id, sha256(convert_to(n.words, 'UTF8')), n.folded
  from unnest(%(booking_ids)s::text[], %(event_ids)s::text[], %(words)s::text[], %(folded)s::text[])
       as n (booking_id, event_id, words, folded)
  join booking.bookings b on b.id = n.booking_id
 order by n.booking_id
    on conflict (booking_id) do update set source = excluded.source, folded = excluded.folded;


-- name: sum_discounts
-- What promo codes took off bookings that were bought, by event and month (UTC) of the sale.
-- Inputs   organization_id, since, until, event_id (null: any)
-- Outputs  event_id, month (2026-10), currency, discount
select b.event_id, to_char(b.confirmed_at at time zone 'UTC', 'YYYY-MM') as month, b.currency,
       sum(coalesce((t.ticket ->> 10)::bigint, 0))::bigint as discount
  from booking.bookings b, lateral json_array_elements(b.tickets) as t(ticket)
 where b.organization_id = %(organization_id)s and b.promo_code is not null
   and b.confirmed_at >= %(since)s and b.confirmed_at < %(until)s
   and (%(event_id)s::text is null or b.event_id = %(event_id)s)
 group by 1, 2, 3;


-- name: correct_buyer
-- Another name or address for the buyer of one booking. Limits go on counting it for the address that made it; who asks
-- for their data finds it by the new one (is_corrected). The timeline shows that it was corrected (buyer_corrections).
-- Inputs   id, organization_id, email, name (null: leave it as it is), correction_id, made_by, made_by_name
-- Outputs  the whole row after it; is_moved (to another address); is_taken_back (its links have the next version);
--          no row where it is another organization's
-- Invariant  where the bearer of a link has changed the address before, the next version ends that bearer's links too.
with before as (
    select id, event_id, buyer_name, buyer_email, link_version is not null as has_moved_before,
           %(email)s::text is not null and lower(%(email)s) is distinct from lower(buyer_email) as is_moved
      from booking.bookings where id = %(id)s and organization_id = %(organization_id)s
       for no key update
),
recorded as (
    insert into booking.buyer_corrections (id, event_id, booking_id, changed, made_by, made_by_name)
    select %(correction_id)s, before.event_id, before.id, given.changed, %(made_by)s, %(made_by_name)s
      from before
     cross join lateral (values ('name', %(name)s::text, before.buyer_name),
                                ('address', %(email)s::text, before.buyer_email)) as given (changed, now, was)
     where given.now is not null and given.now is distinct from given.was
)
update booking.bookings b
   set buyer_email = coalesce(%(email)s, b.buyer_email), buyer_name = coalesce(%(name)s, b.buyer_name),
       is_corrected = case when %(email)s::text is null then b.is_corrected else true end,
       link_version = case when before.is_moved then b.link_version + 1 else b.link_version end
  from before where b.id = before.id
returning b.*, before.is_moved, before.is_moved and before.has_moved_before as is_taken_back;
