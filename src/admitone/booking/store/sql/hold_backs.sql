-- name: write_hold_backs
-- Say for whom, by whom and since when these seats are held back; what was said of them before is replaced.
-- Inputs   event_id, indexes, held_for (or null), held_by, held_by_name, held_at
insert into booking.hold_backs (event_id, index, held_for, held_by, held_by_name, held_at)
select %(event_id)s, n.index, %(held_for)s, %(held_by)s, %(held_by_name)s, %(held_at)s
  from unnest(%(indexes)s::int[]) as n (index) order by n.index
    on conflict (event_id, index) do update
   set held_for = excluded.held_for, held_by = excluded.held_by, held_by_name = excluded.held_by_name,
       held_at = excluded.held_at;


-- name: delete_hold_backs
-- Forget for whom, by whom and since when these seats were held back.
-- Inputs   event_id, indexes
delete from booking.hold_backs where event_id = %(event_id)s and index = any(%(indexes)s::int[]);


-- name: delete_withdrawn_holds
-- Forget for whom seats were held back that are not for sale any more: they may return to the sale, and to another hold.
-- Inputs   event_id
delete from booking.hold_backs h using booking.tickets t
 where h.event_id = %(event_id)s and t.event_id = h.event_id and t.index = h.index and t.state = 'b';


-- name: delete_withdrawn_reasons
-- Forget why these seats were held back.
-- Inputs   event_id
delete from booking.hold_back_reasons r using booking.tickets t
 where r.event_id = %(event_id)s and t.event_id = r.event_id and t.index = r.index and t.state = 'b';


-- name: list_hold_backs
-- How the numbered seats of one event that are held back now are held back, in index order.
-- Inputs   event_id
-- Outputs  index, reason, held_for, held_by, held_by_name, held_at; each null where it is not known
select t.index, r.reason, h.held_for, h.held_by, h.held_by_name, h.held_at
  from booking.tickets t
  left join booking.hold_back_reasons r on r.event_id = t.event_id and r.index = t.index
  left join booking.hold_backs h on h.event_id = t.event_id and h.index = t.index
 where t.event_id = %(event_id)s and t.area_id is null and t.state = 'k' order by t.index;


-- name: lock_seats
-- The state of some seats, and how those that are held back are held back.
-- Inputs   event_id, indexes
-- Outputs  index, state, reason, held_for, held_by, held_by_name, held_at, in index order
-- Locks    tickets in (event, index) order, until the transaction ends.
select t.index, t.state::text, r.reason, h.held_for, h.held_by, h.held_by_name, h.held_at
  from booking.tickets t
  left join booking.hold_back_reasons r on r.event_id = t.event_id and r.index = t.index and t.state = 'k'
  left join booking.hold_backs h on h.event_id = t.event_id and h.index = t.index and t.state = 'k'
 where t.event_id = %(event_id)s and t.index = any(%(indexes)s::int[]) order by t.event_id, t.index
   for update of t;
