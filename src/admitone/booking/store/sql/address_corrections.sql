-- name: lock_corrected_booking
-- The booking whose address is to be corrected.
-- Inputs   id
-- Outputs  the whole row; is_disputed; is_erased (by age, with all buyers of its event); has_tickets (it has a sold place)
-- Locks    the booking.
select b.*, b.disputed_at is not null as is_disputed,
       exists (select from booking.sales s where s.event_id = b.event_id and s.buyers_erased_at is not null)
       as is_erased,
       exists (select from booking.tickets t
                where t.event_id = b.event_id and t.index = any(b.indexes) and t.state = 's' and t.booking_id = b.id)
       as has_tickets
  from booking.bookings b where b.id = %(id)s
   for update of b;


-- name: lock_correction_block
-- Serialize the corrections that one network asks for until this transaction ends.
-- Inputs   block_key
-- Invariant  taken after the booking's row by all callers: no deadlock.
select pg_advisory_xact_lock(hashtextextended('booking.correction ' || %(block_key)s::text, 0));


-- name: insert_correction
-- Ask for a correction; the one of before, if it is open, ends.
-- Inputs   id, booking_id, new_email, block_key (null: not counted), booking_max, block_max, hours
-- Outputs  expires_at; no row where the booking or the network has asked too often in the last day
-- Invariant  the caller has the booking's row and the lock of the network: requests at once are counted one after the
--            other. A booking has one open correction.
with counted as (
    select (select count(*) from booking.address_corrections
             where booking_id = %(booking_id)s and asked_at > clock_timestamp() - interval '1 day') as of_booking,
           (select count(*) from booking.address_corrections
             where block_key = %(block_key)s::text and asked_at > clock_timestamp() - interval '1 day') as of_block
)
insert into booking.address_corrections (id, booking_id, new_email, block_key, expires_at)
select %(id)s, %(booking_id)s, %(new_email)s, %(block_key)s::text,
       clock_timestamp() + make_interval(hours => %(hours)s)
  from counted where of_booking < %(booking_max)s and of_block < %(block_max)s
returning expires_at;


-- name: end_correction
-- End the open correction of a booking.
-- Inputs   booking_id, state (made | stopped | replaced)
-- Invariant  the new address is erased in the same statement.
update booking.address_corrections
   set state = %(state)s, ended_at = clock_timestamp(), new_email = null
 where booking_id = %(booking_id)s and state = 'asked';


-- name: read_correction
-- A correction as it is now.
-- Inputs   id
-- Outputs  id, booking_id, new_email, state (lapsed from its time on)
select id, booking_id, new_email,
       case when state = 'asked' and expires_at <= clock_timestamp() then 'lapsed' else state end as state
  from booking.address_corrections where id = %(id)s;


-- name: list_corrections
-- What became of the corrections of a booking, the earliest first.
-- Inputs   booking_id
-- Outputs  asked_at, new_email (of an open one), state, ended_at (lapsed from its time on, swept or not)
select asked_at,
       case when expires_at > clock_timestamp() then new_email end as new_email,
       case when state = 'asked' and expires_at <= clock_timestamp() then 'lapsed' else state end as state,
       case when state = 'asked' and expires_at <= clock_timestamp() then expires_at else ended_at end as ended_at
  from booking.address_corrections where booking_id = %(booking_id)s
 order by asked_at, id;


-- name: correct_address
-- The booking belongs to another address from now on, and its links have the next version.
-- Inputs   id, email
-- Outputs  the whole row after it
-- Invariant  limits go on counting it for the address that made it; who asks for their data finds it by the new one
--            (is_corrected).
update booking.bookings
   set buyer_email = %(email)s, is_corrected = true, link_version = coalesce(link_version, 0) + 1
 where id = %(id)s
returning *;


-- name: lapse_corrections
-- End corrections that no person confirmed in time, and erase their addresses.
update booking.address_corrections set state = 'lapsed', ended_at = clock_timestamp(), new_email = null
 where state = 'asked' and expires_at <= clock_timestamp();
