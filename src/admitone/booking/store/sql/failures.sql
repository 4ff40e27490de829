-- name: count_attempts
-- Count an attempt for each of these keys, and delay the next one if there were too many.
-- Inputs   parallel arrays keys, free (attempts without a wait); first_seconds, wait_seconds_max; window_seconds:
--          after this time without an attempt the count starts again
-- Outputs  keys without a wait; a key that still has to wait is missing, and is not counted
-- Invariant  one statement counts and judges: concurrent attempts pass one after the other.
with gone as (
    delete from booking.failures
     where failed_at < clock_timestamp() - interval '1 day' and key <> all(%(keys)s::text[])
)
insert into booking.failures as f (key, count, failed_at, wait_until)
select r.key, 1, clock_timestamp(), clock_timestamp()
  from unnest(%(keys)s::text[]) as r(key)
 order by r.key
on conflict (key) do update
   set count = case when f.failed_at < clock_timestamp() - make_interval(secs => %(window_seconds)s) then 1
                    else f.count + 1 end,
       failed_at = clock_timestamp(),
       wait_until = clock_timestamp() + case
           when f.failed_at < clock_timestamp() - make_interval(secs => %(window_seconds)s) then interval '0'
           else (select case when f.count + 1 < r.free then interval '0'
                             else make_interval(secs => least(%(wait_seconds_max)s,
                                      %(first_seconds)s * 2 ^ least(f.count + 1 - r.free, 20))) end
                   from unnest(%(keys)s::text[], %(free)s::int[]) as r(key, free) where r.key = f.key) end
 where f.wait_until <= clock_timestamp()
returning f.key;


-- name: uncount_attempts
-- Undo the count of a successful attempt.
-- Inputs   keys
update booking.failures set count = greatest(0, count - 1), wait_until = clock_timestamp()
 where key = any(%(keys)s::text[]);


-- name: read_waits
-- Read how long these keys still have to wait.
-- Inputs   keys
-- Outputs  one row: seconds, 0 where no key has to wait
select coalesce(max(greatest(0, ceil(extract(epoch from wait_until - clock_timestamp())))), 0)::int as seconds
  from booking.failures where key = any(%(keys)s::text[]);
