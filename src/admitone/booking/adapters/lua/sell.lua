-- Mark bookings' places as sold, after PostgreSQL has decided it. Idempotent.
-- ARGV    number of bookings, then for each: booking, number of places, index…
-- Returns for each: 1 when this server now shows the sale, 0 when it cannot (event not loaded, or the hold lapsed and
--         its places may be with somebody else): the caller loads the event again from PostgreSQL.
local is_not_loaded = redis.call('EXISTS', sale) == 0
local seat_count = is_not_loaded or tonumber(redis.call('HGET', sale, 'seats'))
local sold, any = {}, false

local function sell(booking, first, last)
  if is_not_loaded then return 0 end
  if redis.call('HEXISTS', held, booking) == 0 then
    for i = first, last do
      if redis.call('GETRANGE', seats, ARGV[i], ARGV[i]) ~= 's' then return 0 end
    end
    return 1
  end
  -- Delete first: a full server then has room for the writes that follow, and still shows the sale.
  redis.call('ZREM', holds, booking)
  redis.call('HDEL', held, booking)
  for i = first, last do
    redis.call('SETRANGE', seats, ARGV[i], 's')
    if tonumber(ARGV[i]) < seat_count then sold[#sold + 1] = ARGV[i] end
  end
  any = true
  return 1
end

local answers, at = {}, 2
for i = 1, tonumber(ARGV[1]) do
  local last = at + 1 + tonumber(ARGV[at + 1])
  answers[i] = sell(ARGV[at], at + 2, last)
  at = last + 1
end
if any then announce({}, {}, sold, {}) end
return answers
