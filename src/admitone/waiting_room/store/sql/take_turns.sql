-- Exchange called ranks for passes, each once.
-- Inputs   parallel arrays queues, entries, ranks, pass_seconds; the caller shares the lines
-- Invariant  a pass is given only between the call and the end of the turn, by this server's clock.
insert into waiting_room.passes (queue_id, entry, rank, issued_at, expires_at)
select w.queue_id, w.entry, w.rank, clock_timestamp(), clock_timestamp() + make_interval(secs => w.pass_seconds)
  from unnest(%(queues)s::int[], %(entries)s::int[], %(ranks)s::int[], %(pass_seconds)s::int[])
       as w(queue_id, entry, rank, pass_seconds)
 cross join lateral (select s.from_rank, s.ends_at from waiting_room.steps s
                      where s.queue_id = w.queue_id and s.upto_rank > w.rank
                      order by s.upto_rank limit 1) as step
 where step.from_rank <= w.rank
   and clock_timestamp() < step.ends_at
on conflict (queue_id, entry) do nothing;
