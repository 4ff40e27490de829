-- name: prepare_draw
-- Keep the seed of an event's draw, from the moment when its organizer chooses a draw.
-- Inputs   event_id, seed
-- Invariant  an event has one seed: choosing again changes nothing.
insert into booking.waiting_draws (event_id, seed) values (%(event_id)s, %(seed)s) on conflict (event_id) do nothing;


-- name: read_draw
-- The draw of an event, if its organizer chose one.
-- Inputs   event_id
-- Outputs  seed, drawn_at, draw_size, entrants_hash; draw_at and is_chosen: as the terms say now
select d.seed, d.drawn_at, d.draw_size, d.entrants_hash, r.draw_at, r.waiting_list = 'draw' as is_chosen
  from booking.waiting_draws d join booking.resale_terms r using (event_id) where d.event_id = %(event_id)s;


-- name: list_entrants
-- Everybody who waits for an event, in the order of arrival: the entrants of its draw.
-- Inputs   event_id
-- Outputs  ids
-- Invariant  the caller has the list's lock, so no entry joins at the same time.
select id from booking.waiting_entries where event_id = %(event_id)s and state = 'waiting' order by number;


-- name: record_draw
-- Record the draw: from here on the order stays, and the seed is public.
-- Inputs   event_id, entrants_hash; arrays ids, ranks: the entrants in the order of arrival
-- Invariant  a draw is made once.
with drawn as (
    update booking.waiting_draws
       set drawn_at = clock_timestamp(), draw_size = cardinality(%(ids)s::text[]), entrants_hash = %(entrants_hash)s
     where event_id = %(event_id)s and drawn_at is null
    returning event_id
)
update booking.waiting_entries e set drawn_entry = entrant.number - 1, drawn_rank = entrant.rank
  from drawn, unnest(%(ids)s::text[], %(ranks)s::int[]) with ordinality as entrant(id, rank, number)
 where e.event_id = drawn.event_id and e.id = entrant.id;


-- name: list_drawn
-- The entrants of a draw in the order of arrival, also those that have left since.
-- Inputs   event_id, size, skip
-- Outputs  id, drawn_rank
select id, drawn_rank from booking.waiting_entries where event_id = %(event_id)s and drawn_entry is not null
 order by drawn_entry limit %(size)s offset %(skip)s;
