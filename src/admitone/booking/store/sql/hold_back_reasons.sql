-- name: write_reasons
-- Say why these seats are held back; what was said of them before is replaced.
-- Inputs   event_id, indexes, reason
insert into booking.hold_back_reasons (event_id, index, reason)
select %(event_id)s, n.index, %(reason)s from unnest(%(indexes)s::int[]) as n (index) order by n.index
    on conflict (event_id, index) do update set reason = excluded.reason;


-- name: delete_reasons
-- Forget why these seats were held back.
-- Inputs   event_id, indexes
delete from booking.hold_back_reasons where event_id = %(event_id)s and index = any(%(indexes)s::int[]);


-- name: count_levels
-- How many places of one event are in each state, by the level that they were issued for.
-- Inputs   event_id, except (indexes that are counted elsewhere)
-- Outputs  level_id, state, places
select level_id, state::text, count(*)::int as places from booking.tickets
 where event_id = %(event_id)s and index <> all(%(except)s::int[]) group by level_id, state;
