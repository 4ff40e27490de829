-- name: list_person_bookings
-- What the bookings of one address say about its owner.
-- Inputs   buyer_key (normal form of the address), address (any case)
-- Outputs  id, event_id, status, buyer_email, buyer_name, tickets, amounts, times; no hash and no key
select id, event_id, status, buyer_email, buyer_name, indexes, refunded, tickets, subtotal, fees, currency, promo_code,
       counter_payment, created_at, confirmed_at
  from booking.bookings
 where buyer_key = %(buyer_key)s and lower(buyer_email) = lower(%(address)s)
 order by id;


-- name: list_person_entries
-- What the entries of waiting lists say about the owner of one address.
-- Inputs   buyer_key (normal form of the address), address (any case)
select id, event_id, state, buyer_email, buyer_name, quantity, level_id, together, booking_id, joined_at, offered_at,
       closed_at
  from booking.waiting_entries
 where buyer_key = %(buyer_key)s and lower(buyer_email) = lower(%(address)s)
 order by id;


-- name: list_unfinished_bookings
-- Bookings that an erasure must not change without a question: held, being paid, or with a show that is not over.
-- Inputs   buyer_key, address (any case), booking_ids (under which the person holds tickets that others bought)
-- Outputs  id, is_held (held or being paid), starts_at
with known as (
    select id from booking.bookings where buyer_key = %(buyer_key)s and lower(buyer_email) = lower(%(address)s)
    union
    select booking_id from booking.waiting_entries
     where state = 'offered' and buyer_key = %(buyer_key)s and lower(buyer_email) = lower(%(address)s)
    union
    select unnest(%(booking_ids)s::text[])
)
select b.id, b.status in ('in_progress', 'paying') as is_held, (s.terms ->> 'starts_at')::timestamptz as starts_at
  from booking.bookings b join known using (id) left join booking.sales s using (event_id)
 where b.status in ('in_progress', 'paying')
    or b.status in ('confirmed', 'partially_refunded')
       and coalesce((s.terms ->> 'ends_at')::timestamptz, (s.terms ->> 'starts_at')::timestamptz, 'infinity')
           > %(now)s
 order by b.id;


-- name: leave_all_lists
-- All entries of an address that wait leave their lists.
-- Inputs   buyer_key, address (any case)
-- Outputs  event_id of each
update booking.waiting_entries set state = 'left', closed_at = clock_timestamp()
 where state = 'waiting' and buyer_key = %(buyer_key)s and lower(buyer_email) = lower(%(address)s)
returning event_id;


-- name: erase_waiting_entries
-- Replace name and address of entries that are closed.
-- Inputs   buyer_key, address (any case)
-- Invariant  live entries keep theirs: the unique index counts people by it.
update booking.waiting_entries
   set buyer_key = 'erased', buyer_email = 'erased@erased.invalid', buyer_name = null
 where state not in ('waiting', 'offered') and buyer_key = %(buyer_key)s and lower(buyer_email) = lower(%(address)s);


-- name: erase_booking_words
-- Delete what searches of an organizer folded from the bookings of an address.
-- Inputs   buyer_key, address (any case)
delete from booking.booking_words
 where booking_id in (select id from booking.bookings
                       where buyer_key = %(buyer_key)s and lower(buyer_email) = lower(%(address)s));


-- name: erase_buyers
-- Remove name and address from the bookings of an address.
-- Inputs   buyer_key, address (any case)
-- Invariant  ids, places, amounts and times stay; a booking that is held or being paid stays whole.
update booking.bookings set buyer_key = null, buyer_email = null, buyer_name = null
 where status not in ('in_progress', 'paying') and buyer_key = %(buyer_key)s and lower(buyer_email) = lower(%(address)s);
