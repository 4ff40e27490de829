-- Events whose tickets were issued for another layout than the one that their terms make now.
-- Inputs   parallel arrays events, layouts
select s.event_id from booking.sales s
  join unnest(%(events)s::text[], %(layouts)s::text[]) as now(event_id, layout) on now.event_id = s.event_id
 where s.layout is not null and s.layout <> now.layout;
