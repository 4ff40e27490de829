-- Issue places that are not there yet, and change those nobody has to the new layout.
-- Inputs   event_id; parallel arrays indexes, levels, areas (null: seat), states ('a' or 'b')
-- Invariant  a place that is claimed or sold stays as it is.
insert into booking.tickets as t (event_id, index, level_id, area_id, state)
select %(event_id)s, p.index, p.level_id, p.area_id, p.state::"char"
  from unnest(%(indexes)s::int[], %(levels)s::text[], %(areas)s::text[], %(states)s::text[])
       as p(index, level_id, area_id, state)
on conflict (event_id, index) do update
   set level_id = excluded.level_id, area_id = excluded.area_id, state = excluded.state
 where t.state in ('a', 'b')
   and (t.level_id, t.area_id, t.state) is distinct from (excluded.level_id, excluded.area_id, excluded.state);
