-- Show places that PostgreSQL has given to a booking as held by it: those of an offer to the waiting list.
-- ARGV    booking, hold in ms, number of seats, index…, (area, index) of each place without a number…
-- Returns 1 when this server shows the hold (also when it did before), 0 when it cannot (event not loaded, or another
--         booking holds one of the places here): the caller loads the event again from PostgreSQL
if redis.call('EXISTS', sale) == 0 then return 0 end
if redis.call('HEXISTS', held, ARGV[1]) == 1 then return 1 end
local last_seat = 3 + tonumber(ARGV[3])
local wanted = {}
for i = 4, last_seat do wanted[#wanted + 1] = {index = ARGV[i]} end
for i = last_seat + 1, #ARGV, 2 do wanted[#wanted + 1] = {area = ARGV[i], index = ARGV[i + 1]} end
for _, place in ipairs(wanted) do
  local state = redis.call('GETRANGE', seats, place.index, place.index)
  if state ~= 'a' and state ~= 'b' then return 0 end
end
local own, records, area_ids = {}, {}, {}
for _, place in ipairs(wanted) do
  if place.area then
    redis.call('LREM', free_prefix .. place.area, 1, place.index)
    records[#records + 1] = place.area .. ':' .. place.index
    area_ids[place.area] = true
  else
    own[#own + 1] = place.index
  end
  redis.call('SETRANGE', seats, place.index, 'h')
end
redis.call('HSET', held, ARGV[1], table.concat(own, ',') .. '|' .. table.concat(records, ';'))
redis.call('ZADD', holds, string.format('%.0f', now_ms() + tonumber(ARGV[2])), ARGV[1])
announce({}, own, {}, area_ids)
return 1
