-- name: list_event_buyers
-- Bought bookings of one event, for messages to their buyers, in id order.
-- Inputs   event_id, after_id ('' : from the first), size
-- Outputs  whole rows; those without an address, and those that have no ticket left, are missing
select * from booking.bookings
 where event_id = %(event_id)s and id > %(after_id)s and status in ('confirmed', 'partially_refunded')
   and buyer_email is not null
 order by id limit %(size)s;


-- name: count_event_buyers
-- How many bookings `list_event_buyers` lists.
-- Inputs   event_id
select count(*)::int as bookings from booking.bookings
 where event_id = %(event_id)s and status in ('confirmed', 'partially_refunded') and buyer_email is not null;


-- name: count_chosen_buyers
-- How many of the bookings that `list_event_buyers` lists belong to a choice: they have a ticket of the price levels, and
-- none of these tickets admitted a person. A ticket is a JSON array (StoredTicket).
-- Inputs   event_id, levels (empty: any); parallel arrays tickets, bookings (null: not recorded): who was admitted
with admitted as (
    select * from unnest(%(tickets)s::text[], %(bookings)s::text[]) as a(ticket_id, booking_id)
),
chosen as (
    select b.id, 'tkt_' || substr(b.event_id, 5) || '_' || (t.ticket ->> 0) as ticket_id
      from booking.bookings b, lateral json_array_elements(b.tickets) as t(ticket)
     where b.event_id = %(event_id)s and b.status in ('confirmed', 'partially_refunded') and b.buyer_email is not null
       and (t.ticket ->> 0)::int <> all(b.refunded)
       and (cardinality(%(levels)s::text[]) = 0 or t.ticket ->> 3 = any(%(levels)s::text[]))
)
select count(*)::int as bookings from (
    select chosen.id from chosen
      left join admitted on admitted.ticket_id = chosen.ticket_id
       and coalesce(admitted.booking_id, chosen.id) = chosen.id
     group by chosen.id having count(admitted.ticket_id) = 0) as counted;


-- name: list_address_bookings
-- The bookings of one address, the newest first: those that were bought with it, and those that an organizer corrected
-- to it.
-- Inputs   buyer_key (normal form of the address), address (in lower case), size
-- Invariant  the address itself must match, not only its normal form: two spellings of one normal form may be the
--            mailboxes of two people at providers that tell them apart. A corrected address is found without its key.
select * from booking.bookings
 where (buyer_key = %(buyer_key)s or is_corrected) and lower(buyer_email) = %(address)s
   and status in ('confirmed', 'partially_refunded', 'refunded')
 order by id desc limit %(size)s;


-- name: list_starting_events
-- Events that are sold and start in a period.
-- Inputs   starts_from, starts_to
-- Outputs  event_id, starts_at, timezone
select event_id, (terms ->> 'starts_at')::timestamptz as starts_at, terms ->> 'timezone' as timezone
  from booking.sales
 where open and (terms ->> 'starts_at')::timestamptz > %(starts_from)s
   and (terms ->> 'starts_at')::timestamptz <= %(starts_to)s
 order by 2, 1;
