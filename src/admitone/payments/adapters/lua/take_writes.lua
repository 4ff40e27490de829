-- Take writes from the budget of an account at the processor, a bucket of one second's writes that all processes share.
-- The rate grows by a sixtieth of the ceiling a second, and falls to 0.7 when the processor rejects a call, at most once
-- a second. Writes that can wait leave half of the bucket to buyers who are paying, and get one write of a full bucket
-- where half is less than one.
-- KEYS    the budget
-- ARGV    now in seconds ("": this server's clock), ceiling in writes a second, writes for buyers, writes that can wait,
--         1 if the processor rejected a call for its rate
-- Returns writes granted to buyers, writes granted that can wait, writes a second (text)
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end
local ceiling, urgent, others = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local known = redis.call('HMGET', KEYS[1], 'rate', 'left', 'at', 'cut_at')
local rate, left = tonumber(known[1]) or ceiling, tonumber(known[2]) or ceiling
local at, cut_at = tonumber(known[3]) or now, tonumber(known[4]) or 0

local elapsed = math.max(0, now - at)
left = math.min(rate, left + elapsed * rate)
rate = math.min(ceiling, rate + elapsed * ceiling / 60)
if ARGV[5] == '1' then
  left = 0
  if now - cut_at >= 1 or now < cut_at then -- the second: the clock was set back
    rate, cut_at = math.max(1, rate * 0.7), now
  end
end

local for_buyers = math.min(urgent, math.floor(left))
left = left - for_buyers
local for_others = math.min(others, math.max(0, math.floor(left - math.min(rate / 2, rate - 1))))
left = left - for_others
redis.call('HSET', KEYS[1], 'rate', rate, 'left', left, 'at', string.format('%.6f', now), 'cut_at', cut_at)
redis.call('EXPIRE', KEYS[1], 3600)
return {for_buyers, for_others, tostring(rate)}
