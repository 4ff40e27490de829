-- name: insert_seat_change
-- Record what an organizer did with some seats, and forget what lies more than 100 changes back.
-- Inputs   the columns of booking.seat_changes, kept (100)
with forgotten as (
    delete from booking.seat_changes
     where id in (select id from booking.seat_changes where event_id = %(event_id)s
                   order by made_at desc, id desc offset %(kept)s - 1)
)
insert into booking.seat_changes
       (id, event_id, organization_id, seat_map_id, act, price_level_id, parts, price, made_by, made_by_name,
        made_at)
values (%(id)s, %(event_id)s, %(organization_id)s, %(seat_map_id)s, %(act)s, %(price_level_id)s, %(parts)s, %(price)s,
        %(made_by)s, %(made_by_name)s, %(made_at)s);


-- name: list_seat_changes
-- The changes of the seats of one event, the newest first.
-- Inputs   event_id, organization_id, most
select id, seat_map_id, act, price_level_id, parts, price, made_by, made_by_name, made_at, undone_at, undone_by_name
  from booking.seat_changes
 where event_id = %(event_id)s and organization_id = %(organization_id)s
 order by made_at desc, id desc limit %(most)s;


-- name: read_seat_change
-- One change of an organization's event.
-- Inputs   id, event_id, organization_id
select id, seat_map_id, act, price_level_id, parts, price, made_by, made_by_name, made_at, undone_at, undone_by_name
  from booking.seat_changes
 where id = %(id)s and event_id = %(event_id)s and organization_id = %(organization_id)s;


-- name: lock_seat_change
-- One change, locked until the transaction ends: it is undone once.
-- Inputs   id, event_id, organization_id
select id, seat_map_id, act, price_level_id, parts, price, made_by, made_by_name, made_at, undone_at, undone_by_name
  from booking.seat_changes
 where id = %(id)s and event_id = %(event_id)s and organization_id = %(organization_id)s
   for update;


-- name: mark_undone
-- Record that a change was undone. The caller has locked it, and found that it was not.
-- Inputs   id, undone_at, undone_by_name
update booking.seat_changes set undone_at = %(undone_at)s, undone_by_name = %(undone_by_name)s where id = %(id)s;
