-- name: list_person_bookings
-- What the bookings of one address say about its owner.
-- Inputs   buyer_key (normal form of the address), address (any case), organization_id (null: all)
-- Outputs  id, event_id, organization_id, status, buyer_email, buyer_name, tickets, amounts, times, refund_decisions,
--          resales (tickets on offer), address_corrections, buyer_corrections (that staff corrected something), notes of
--          the staff; no hash and no key
-- Invariant  the owner is in the where clause; an address that an organizer corrected is found without its key.
select id, event_id, organization_id, status, buyer_email, buyer_name, indexes, refunded, tickets, subtotal, fees,
       currency, promo_code, counter_payment, created_at, confirmed_at,
       array(select json_build_object('id', d.id, 'made_by', d.made_by, 'indexes', d.indexes,
                                      'decided_at', d.decided_at)
               from booking.refund_decisions d where d.booking_id = bookings.id order by d.decided_at, d.id)
       as refund_decisions,
       array(select json_build_object('id', r.id, 'index', r.index, 'state', r.state, 'offered_at', r.offered_at,
                                      'withdraw_at', r.withdraw_at, 'closed_at', r.closed_at)
               from booking.resales r where r.booking_id = bookings.id order by r.offered_at, r.id)
       as resales,
       array(select json_build_object('id', c.id, 'state', c.state, 'new_email', c.new_email, 'asked_at', c.asked_at,
                                      'ended_at', c.ended_at)
               from booking.address_corrections c where c.booking_id = bookings.id order by c.asked_at, c.id)
       as address_corrections,
       array(select json_build_object('changed', m.changed, 'made_at', m.made_at)
               from booking.buyer_corrections m where m.booking_id = bookings.id order by m.made_at, m.id, m.changed desc)
       as buyer_corrections,
       array(select n.text from booking.notes n where n.booking_id = bookings.id order by n.written_at) as notes
  from booking.bookings
 where (buyer_key = %(buyer_key)s or is_corrected) and lower(buyer_email) = lower(%(address)s)
   and (%(organization_id)s::text is null or organization_id = %(organization_id)s)
 order by id;


-- name: list_person_entries
-- What the entries of waiting lists say about the owner of one address.
-- Inputs   buyer_key (normal form of the address), address (any case), organization_id (null: all)
select e.id, e.event_id, s.organization_id, e.state, e.buyer_email, e.buyer_name, e.quantity, e.level_id, e.together,
       e.booking_id, e.drawn_entry, e.drawn_rank, e.joined_at, e.offered_at, e.closed_at
  from booking.waiting_entries e join booking.sales s using (event_id)
 where e.buyer_key = %(buyer_key)s and lower(e.buyer_email) = lower(%(address)s)
   and (%(organization_id)s::text is null or s.organization_id = %(organization_id)s)
 order by e.id;


-- name: list_person_codes
-- The promo codes that are for the owner of one address.
-- Inputs   buyer_key (normal form of the address), address (any case), organization_id (null: all)
select id, organization_id, code, event_id, recipient_email, created_at from booking.promo_codes
 where recipient_key = %(buyer_key)s and lower(recipient_email) = lower(%(address)s)
   and (%(organization_id)s::text is null or organization_id = %(organization_id)s)
 order by id;


-- name: erase_recipients
-- Replace the address of the person whom promo codes are for.
-- Inputs   ids
-- Invariant  no booking can be paid with such a code: none has the key 'erased'.
update booking.promo_codes set recipient_key = 'erased', recipient_email = 'erased@erased.invalid'
 where id = any(%(ids)s::text[]) and recipient_key <> 'erased';


-- name: list_concerned_bookings
-- The state and the dates of bookings that an erasure concerns.
-- Inputs   ids, organization_id (null: all)
-- Outputs  id, event_id, organization_id, status, starts_at, ends_at (null: no date is known)
select b.id, b.event_id, b.organization_id, b.status, (s.terms ->> 'starts_at')::timestamptz as starts_at,
       (s.terms ->> 'ends_at')::timestamptz as ends_at
  from booking.bookings b left join booking.sales s using (event_id)
 where b.id = any(%(ids)s::text[]) and (%(organization_id)s::text is null or b.organization_id = %(organization_id)s)
 order by b.id;


-- name: leave_lists
-- Entries that wait leave their lists.
-- Inputs   ids
-- Outputs  event_id of each
update booking.waiting_entries set state = 'left', closed_at = clock_timestamp()
 where id = any(%(ids)s::text[]) and state = 'waiting'
returning event_id;


-- name: erase_waiting_entries
-- Replace name and address of entries that are closed.
-- Inputs   ids
-- Invariant  live entries keep theirs: the unique index counts people by it.
update booking.waiting_entries
   set buyer_key = 'erased', buyer_email = 'erased@erased.invalid', buyer_name = null
 where id = any(%(ids)s::text[]) and state not in ('waiting', 'offered') and buyer_key <> 'erased';


-- name: erase_booking_words
-- Delete what searches of an organizer folded from bookings.
-- Inputs   ids
delete from booking.booking_words where booking_id = any(%(ids)s::text[]);


-- name: erase_buyers
-- Remove name and address from bookings.
-- Inputs   ids
-- Invariant  ids, places, amounts and times stay; a booking that is held or being paid stays whole.
update booking.bookings set buyer_key = null, buyer_email = null, buyer_name = null, is_corrected = null
 where id = any(%(ids)s::text[]) and status not in ('in_progress', 'paying')
   and (buyer_key is not null or buyer_email is not null or buyer_name is not null);


-- name: erase_corrections
-- End open corrections of the address of bookings, and erase the new address.
-- Inputs   ids
update booking.address_corrections set state = 'lapsed', ended_at = clock_timestamp(), new_email = null
 where booking_id = any(%(ids)s::text[]) and state = 'asked';


-- name: erase_notes
-- Replace what the staff wrote about bookings: it may name the buyer.
-- Inputs   ids
update booking.notes set text = 'erased' where booking_id = any(%(ids)s::text[]) and text <> 'erased';


-- name: list_other_addresses
-- The addresses of bookings that limits count by this normal form.
-- Inputs   buyer_key, organization_id (null: all)
-- Outputs  id, buyer_email (not null)
select id, buyer_email from booking.bookings
 where buyer_key = %(buyer_key)s and buyer_email is not null
   and (%(organization_id)s::text is null or organization_id = %(organization_id)s);


-- name: rekey_bookings
-- Limits count bookings by the address that an organizer corrected, no longer by the address that bought.
-- Inputs   parallel arrays ids, buyer_keys
update booking.bookings b set buyer_key = r.buyer_key
  from unnest(%(ids)s::text[], %(buyer_keys)s::text[]) as r(id, buyer_key)
 where b.id = r.id and b.status not in ('in_progress', 'paying');
