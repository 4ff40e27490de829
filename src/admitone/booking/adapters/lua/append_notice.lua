-- Append a notice to the stream under the next version, as a change of no seat: clients that resume get it too.
-- ARGV    id of the notice, JSON
-- Returns 1 if appended; 0 if it was appended before, or the event is not loaded: no client follows it
local TOLD_SECONDS = 86400 -- longer than a job is retried
if redis.call('EXISTS', sale) == 0 then return 0 end
local told = 'told:' .. string.sub(sale, 6)
if redis.call('SADD', told, ARGV[1]) == 0 then return 0 end
redis.call('EXPIRE', told, TOLD_SECONDS)
local version = string.format('%.0f', redis.call('HINCRBY', sale, 'version', 1))
redis.call('XADD', changes, 'MAXLEN', '~', CHANGES_MAX, version .. '-0', 'notice', ARGV[2])
return 1
