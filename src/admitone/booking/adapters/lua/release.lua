-- Release the places of a booking; no-op if it holds none.
-- ARGV    booking
-- Returns 1 if places were released, else 0
if redis.call('HEXISTS', held, ARGV[1]) == 0 then return 0 end
local freed, area_ids = {}, {}
free_hold(ARGV[1], freed, area_ids)
announce(freed, {}, {}, area_ids)
return 1
