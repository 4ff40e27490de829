-- Mark a booking's places as sold, after PostgreSQL has decided it. Doing it twice changes nothing.
-- ARGV    booking, index…
-- Returns 1 when this server now shows the sale, 0 when it cannot (event not loaded, or the hold lapsed and its
--         places may be with somebody else): the caller loads the event again from PostgreSQL.
if redis.call('EXISTS', sale) == 0 then return 0 end
local booking, seat_count = ARGV[1], tonumber(redis.call('HGET', sale, 'seats'))
if redis.call('HEXISTS', held, booking) == 0 then
  for i = 2, #ARGV do
    if redis.call('GETRANGE', seats, ARGV[i], ARGV[i]) ~= 's' then return 0 end
  end
  return 1
end
-- Forgetting first: a server that is full takes in what follows in one step with it, and a sale is shown though.
redis.call('ZREM', holds, booking)
redis.call('HDEL', held, booking)
local sold = {}
for i = 2, #ARGV do
  redis.call('SETRANGE', seats, ARGV[i], 's')
  if tonumber(ARGV[i]) < seat_count then sold[#sold + 1] = ARGV[i] end
end
announce({}, {}, sold, {})
return 1
