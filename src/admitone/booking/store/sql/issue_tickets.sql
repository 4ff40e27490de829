-- Issue places that are not there yet, and change those that are to the new layout.
-- Inputs   event_id; parallel arrays indexes, levels (empty: not for sale), areas (null: seat), states ('a' or 'b')
-- Invariant  a place that is claimed or sold stays so; its level says whether it is for sale when it is given back.
--          What is held back stays so, unless the layout does not sell it at all.
insert into booking.tickets as t (event_id, index, level_id, area_id, state)
select %(event_id)s, p.index, p.level_id, p.area_id, p.state::"char"
  from unnest(%(indexes)s::int[], %(levels)s::text[], %(areas)s::text[], %(states)s::text[])
       as p(index, level_id, area_id, state)
on conflict (event_id, index) do update
   set level_id = excluded.level_id, area_id = excluded.area_id,
       state = case when t.state in ('a', 'b') or (t.state = 'k' and excluded.state = 'b') then excluded.state
                    else t.state end
 where (t.level_id, t.area_id) is distinct from (excluded.level_id, excluded.area_id)
    or (t.state in ('a', 'b', 'k') and t.state <> excluded.state);
