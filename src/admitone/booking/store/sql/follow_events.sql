-- Take over the terms that the catalogue announced, in its transaction.
-- Inputs   parallel arrays; capacity as the terms promise it (tickets may be issued later)
-- Outputs  event ids whose terms were new
-- Invariant  an older revision never overwrites a newer one.
insert into booking.sales as s (event_id, organization_id, revision, open, on_sale_at, off_sale_at, terms, capacity,
                                available, sections)
select * from unnest(%(events)s::text[], %(organizations)s::text[], %(revisions)s::int[], %(opens)s::bool[],
                     %(on_sale)s::timestamptz[], %(off_sale)s::timestamptz[], %(terms)s::jsonb[], %(capacities)s::int[],
                     %(capacities)s::int[], %(sections)s::jsonb[])
on conflict (event_id) do update
   set revision = excluded.revision, open = excluded.open, on_sale_at = excluded.on_sale_at,
       off_sale_at = excluded.off_sale_at, terms = excluded.terms,
       capacity = case when s.layout is null then excluded.capacity else s.capacity end,
       available = case when s.layout is null then excluded.available else s.available end,
       sections = case when s.layout is null then excluded.sections else s.sections end
 where s.revision <= excluded.revision
returning s.event_id;
