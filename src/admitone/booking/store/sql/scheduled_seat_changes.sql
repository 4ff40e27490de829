-- name: insert_scheduled_change
-- Schedule a change of seats, unless the event has as many scheduled as it may; forget what ended before the last 100.
-- Inputs   the columns of booking.scheduled_seat_changes, most, kept (100)
-- Outputs  id, if it was written
with forgotten as (
    delete from booking.scheduled_seat_changes
     where id in (select id from booking.scheduled_seat_changes
                   where event_id = %(event_id)s and state <> 'scheduled'
                   order by ended_at desc, id desc offset %(kept)s)
)
insert into booking.scheduled_seat_changes
       (id, event_id, organization_id, seat_map_id, act, price_level_id, parts, price, due_at, scheduled_by,
        scheduled_by_kind, scheduled_by_name, scheduled_at)
select %(id)s, %(event_id)s, %(organization_id)s, %(seat_map_id)s, %(act)s, %(price_level_id)s, %(parts)s, %(price)s,
       %(due_at)s, %(scheduled_by)s, %(scheduled_by_kind)s, %(scheduled_by_name)s, %(scheduled_at)s
 where (select count(*) from booking.scheduled_seat_changes
         where event_id = %(event_id)s and state = 'scheduled') < %(most)s
    on conflict (id) do nothing
returning id;


-- name: list_scheduled_changes
-- The scheduled changes of one event: those to come, the next first, then those that ended, the newest first.
-- Inputs   event_id, organization_id, most
select id, event_id, organization_id, seat_map_id, act, price_level_id, parts, price, due_at, scheduled_by,
       scheduled_by_kind, scheduled_by_name, scheduled_at, state, ended_at, ended_by_name, left_alone
  from booking.scheduled_seat_changes
 where event_id = %(event_id)s and organization_id = %(organization_id)s
 order by ended_at desc nulls first, due_at, id limit %(most)s;


-- name: read_scheduled_change
-- One scheduled change.
-- Inputs   id
select id, event_id, organization_id, seat_map_id, act, price_level_id, parts, price, due_at, scheduled_by,
       scheduled_by_kind, scheduled_by_name, scheduled_at, state, ended_at, ended_by_name, left_alone
  from booking.scheduled_seat_changes where id = %(id)s;


-- name: read_own_scheduled_change
-- One scheduled change of an organization's event.
-- Inputs   id, event_id, organization_id
select id, event_id, organization_id, seat_map_id, act, price_level_id, parts, price, due_at, scheduled_by,
       scheduled_by_kind, scheduled_by_name, scheduled_at, state, ended_at, ended_by_name, left_alone
  from booking.scheduled_seat_changes
 where id = %(id)s and event_id = %(event_id)s and organization_id = %(organization_id)s;


-- name: end_scheduled_change
-- Record that a scheduled change was made: with the transaction that makes it, or not at all.
-- Inputs   id, ended_at, left_alone
-- Outputs  id, if it was still scheduled
-- Invariant  a scheduled change is made once, and not after it was cancelled.
update booking.scheduled_seat_changes
   set state = 'made', ended_at = %(ended_at)s, left_alone = %(left_alone)s
 where id = %(id)s and state = 'scheduled'
returning id;


-- name: fail_scheduled_change
-- Record that a scheduled change cannot be made.
-- Inputs   id, ended_at
update booking.scheduled_seat_changes set state = 'failed', ended_at = %(ended_at)s
 where id = %(id)s and state = 'scheduled';


-- name: cancel_scheduled_change
-- Record that a scheduled change is not made.
-- Inputs   id, event_id, organization_id, ended_at, ended_by_name
-- Outputs  id, if it was still scheduled
update booking.scheduled_seat_changes
   set state = 'cancelled', ended_at = %(ended_at)s, ended_by_name = %(ended_by_name)s
 where id = %(id)s and event_id = %(event_id)s and organization_id = %(organization_id)s and state = 'scheduled'
returning id;
