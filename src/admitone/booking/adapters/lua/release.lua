-- Release the places of a booking; no-op if it holds none.
-- ARGV    booking, 1 = it may have claimed its places in PostgreSQL (0: the lock alone ends, and they are free)
-- Returns 1 if places were released, else 0
if redis.call('HEXISTS', held, ARGV[1]) == 0 then return 0 end
local freed, area_ids = {}, {}
local withheld = ARGV[2] == '1' and is_waited_for() and {} or nil
free_hold(ARGV[1], freed, area_ids, withheld)
announce(freed, {}, {}, area_ids, withheld)
return 1
