-- Take writes from the budget of an account at the processor: a bucket of one second's writes for the account, and one
-- for each endpoint. A write takes from both. All processes share them.
-- A rate grows by a sixtieth of its ceiling a second, and falls to 0.7 when the processor rejects a call for it, at most
-- once a second. Writes that can wait leave half of the account's bucket to buyers who are paying, and get one write of
-- a full bucket where half is less than one.
-- KEYS    the budget
-- ARGV    now in seconds ("": this server's clock), the account's ceiling in writes a second, an endpoint's ceiling,
--         what rejected a call ("": nothing, "account", or an endpoint);
--         then for each endpoint: its name, writes for buyers, writes that can wait
-- Returns the account's writes a second (text); then for each endpoint: writes granted to buyers, writes granted that
--         can wait, its writes a second (text)
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end

local function bucket(name, ceiling)
  local known = redis.call('HMGET', KEYS[1], name .. ':rate', name .. ':left', name .. ':at', name .. ':cut_at')
  local rate, left = tonumber(known[1]) or ceiling, tonumber(known[2]) or ceiling
  local at, cut_at = tonumber(known[3]) or now, tonumber(known[4]) or 0
  local elapsed = math.max(0, now - at)
  left = math.min(rate, left + elapsed * rate)
  rate = math.min(ceiling, rate + elapsed * ceiling / 60)
  if ARGV[4] == name then
    left = 0
    if now - cut_at >= 1 or now < cut_at then -- the second: the clock was set back
      rate, cut_at = math.max(1, rate * 0.7), now
    end
  end
  return {name = name, rate = rate, left = left, cut_at = cut_at}
end

local account, endpoints = bucket('account', tonumber(ARGV[2])), {}
for i = 5, #ARGV, 3 do
  local endpoint = bucket(ARGV[i], tonumber(ARGV[3]))
  endpoint.urgent, endpoint.others = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  endpoints[#endpoints + 1] = endpoint
end

local function take(endpoint, wanted, available)
  local granted = math.max(0, math.min(wanted, math.floor(available), math.floor(endpoint.left)))
  account.left, endpoint.left = account.left - granted, endpoint.left - granted
  return granted
end

for _, endpoint in ipairs(endpoints) do
  endpoint.for_buyers = take(endpoint, endpoint.urgent, account.left)
end
for _, endpoint in ipairs(endpoints) do
  local kept = math.min(account.rate / 2, account.rate - 1)
  endpoint.for_others = take(endpoint, endpoint.others, account.left - kept)
end

local function store(kept)
  redis.call('HSET', KEYS[1], kept.name .. ':rate', kept.rate, kept.name .. ':left', kept.left,
    kept.name .. ':at', string.format('%.6f', now), kept.name .. ':cut_at', kept.cut_at)
end

store(account)
local answer = {tostring(account.rate)}
for _, endpoint in ipairs(endpoints) do
  store(endpoint)
  answer[#answer + 1] = endpoint.for_buyers
  answer[#answer + 1] = endpoint.for_others
  answer[#answer + 1] = tostring(endpoint.rate)
end
redis.call('EXPIRE', KEYS[1], 3600)
return answer
