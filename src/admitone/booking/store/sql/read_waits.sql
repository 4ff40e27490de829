-- For how long these keys still have to wait.
-- Inputs   keys
-- Outputs  one row: seconds, 0 where no key has to wait
select coalesce(max(greatest(0, ceil(extract(epoch from wait_until - clock_timestamp())))), 0)::int as seconds
  from booking.failures where key = any(%(keys)s::text[]);
