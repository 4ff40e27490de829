-- Serialize the bookings of one buyer, client, pass or address block at one event until this transaction ends, so that
-- a limit counts them all.
-- Inputs   keys: 64-bit hashes of (event, kind, key), any order
-- Invariant  taken in ascending order by everybody: no deadlock.
select pg_advisory_xact_lock(key) from (select distinct unnest(%(keys)s::bigint[]) as key order by key) ordered;
