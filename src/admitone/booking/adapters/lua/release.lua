-- Give back what a booking holds; nothing happens where it holds nothing.
-- ARGV    booking
-- Returns 1 when something was given back, else 0
if redis.call('HEXISTS', held, ARGV[1]) == 0 then return 0 end
local freed, area_ids = {}, {}
free_hold(ARGV[1], freed, area_ids)
announce(freed, {}, {}, area_ids)
return 1
