-- Extend a live hold, because its payment takes longer.
-- ARGV    booking, ms from now
-- Returns 1 if the hold is live, else 0
local ends = redis.call('ZSCORE', holds, ARGV[1])
if not ends or tonumber(ends) <= now_ms() then return 0 end
local later = now_ms() + tonumber(ARGV[2])
if later > tonumber(ends) then redis.call('ZADD', holds, string.format('%.0f', later), ARGV[1]) end
return 1
