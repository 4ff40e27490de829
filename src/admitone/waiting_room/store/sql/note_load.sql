-- How checkout fared in one process since its last note; notes of processes that are long gone go.
with gone as (
    delete from waiting_room.loads where noted_at < clock_timestamp() - interval '1 hour'
)
insert into waiting_room.loads as l (process, noted_at, checkouts, shed, p95_ms)
values (%(process)s, clock_timestamp(), %(checkouts)s, %(shed)s, %(p95_ms)s)
on conflict (process) do update
   set noted_at = excluded.noted_at, checkouts = excluded.checkouts, shed = excluded.shed, p95_ms = excluded.p95_ms;
