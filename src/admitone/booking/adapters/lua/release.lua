-- Give back what a booking holds; nothing happens where it holds nothing.
-- ARGV    booking, 1 = it may have claimed its places in PostgreSQL (0: the lock alone ends, and they are free)
-- Returns 1 when something was given back, else 0
if redis.call('HEXISTS', held, ARGV[1]) == 0 then return 0 end
local freed, area_ids = {}, {}
local withheld = ARGV[2] == '1' and is_waited_for() and {} or nil
free_hold(ARGV[1], freed, area_ids, withheld)
announce(freed, {}, {}, area_ids, withheld)
return 1
