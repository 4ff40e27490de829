-- Append a notice to the stream under the next version, as a change of no seat: who resumes hears it too.
-- ARGV    id of the notice, JSON
-- Returns 1 when told now; 0 when it was told before, or the event is not loaded: nobody follows it
local TOLD_SECONDS = 86400 -- longer than a job is tried
if redis.call('EXISTS', sale) == 0 then return 0 end
local told = 'told:' .. string.sub(sale, 6)
if redis.call('SADD', told, ARGV[1]) == 0 then return 0 end
redis.call('EXPIRE', told, TOLD_SECONDS)
local version = string.format('%.0f', redis.call('HINCRBY', sale, 'version', 1))
redis.call('XADD', changes, 'MAXLEN', '~', CHANGES_MAX, version .. '-0', 'notice', ARGV[2])
return 1
