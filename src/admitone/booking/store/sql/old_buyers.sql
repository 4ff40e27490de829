-- name: list_old_events
-- Events that ended more than `keep_days` ago, and whose buyers were not erased since then.
-- Inputs   keep_days, hours (the assumed length of an event without an end), after_id ('' : from the first), size
-- Outputs  event_id, in order
-- Invariant  an event without a date is not old; one that moved to a later date is old again after that date.
select event_id from booking.sales s
       cross join lateral (
           select coalesce((s.terms ->> 'ends_at')::timestamptz,
                           (s.terms ->> 'starts_at')::timestamptz + make_interval(hours => %(hours)s))
                  + make_interval(days => %(keep_days)s) as due_at) d
 where d.due_at < clock_timestamp() and (s.buyers_erased_at is null or s.buyers_erased_at < d.due_at)
   and event_id > %(after_id)s
 order by event_id limit %(size)s;


-- name: list_old_bookings
-- Bookings of one event in id order.
-- Inputs   event_id, after_id ('' : from the first), size
-- Outputs  id, is_ended (neither held nor being paid)
select id, status not in ('in_progress', 'paying') as is_ended from booking.bookings
 where event_id = %(event_id)s and id > %(after_id)s
 order by id limit %(size)s;


-- name: erase_event_entries
-- Replace name and address of the closed entries of an event's waiting list.
-- Inputs   event_id
update booking.waiting_entries
   set buyer_key = 'erased', buyer_email = 'erased@erased.invalid', buyer_name = null
 where event_id = %(event_id)s and state not in ('waiting', 'offered') and buyer_key <> 'erased';


-- name: erase_event_recipients
-- Replace the addresses of the people whom promo codes of an event are for.
-- Inputs   event_id
update booking.promo_codes set recipient_key = 'erased', recipient_email = 'erased@erased.invalid'
 where event_id = %(event_id)s and recipient_key <> 'erased';


-- name: erase_old_recipients
-- Replace the addresses of the people whom promo codes are for that ended more than `keep_days` ago.
-- Inputs   keep_days
-- Invariant  a code without an end or an event may still be used: it keeps the address until the organizer ends it.
update booking.promo_codes set recipient_key = 'erased', recipient_email = 'erased@erased.invalid'
 where recipient_key <> 'erased' and ends_at < clock_timestamp() - make_interval(days => %(keep_days)s);


-- name: erase_held_for
-- Remove for whom seats of an event are held back.
-- Inputs   event_id
update booking.hold_backs set held_for = null where event_id = %(event_id)s and held_for is not null;


-- name: erase_changed_holds
-- Remove for whom seats were held back from the changes of an event's seats.
-- Inputs   event_id
update booking.seat_changes c
   set parts = (select json_agg((p.part::jsonb #- '{hold,held_for}')::json order by p.place)
                  from json_array_elements(c.parts) with ordinality as p (part, place))
 where event_id = %(event_id)s and jsonb_path_exists(c.parts::jsonb, '$[*].hold.held_for ? (@ != null)');


-- name: erase_scheduled_holds
-- Remove for whom seats were held back from the scheduled changes of an event's seats.
-- Inputs   event_id
-- Invariant  the moment of a hold stays: a change that is still scheduled finds its seats by it.
update booking.scheduled_seat_changes c
   set parts = (select json_agg((p.part::jsonb #- '{hold,held_for}')::json order by p.place)
                  from json_array_elements(c.parts) with ordinality as p (part, place))
 where event_id = %(event_id)s and jsonb_path_exists(c.parts::jsonb, '$[*].hold.held_for ? (@ != null)');


-- name: record_buyers_erased
-- The names and addresses of an event's buyers are erased: it is not read again.
-- Inputs   event_id
-- Invariant  not while an entry of its waiting list is live: that one is erased later.
update booking.sales set buyers_erased_at = clock_timestamp()
 where event_id = %(event_id)s
   and not exists (select from booking.waiting_entries e
                    where e.event_id = %(event_id)s and e.state in ('waiting', 'offered'));
