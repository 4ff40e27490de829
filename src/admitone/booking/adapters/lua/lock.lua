-- Lock all wanted places for one booking, or none.
-- ARGV    booking, hold in ms, 1 = orphans allowed, number of seats, (index, run start, run end)…,
--         number of areas, (area, quantity)…
-- Returns {'locked', version, "place,place" of the first area, …} | {'taken', index…} |
--         {'orphans', index…} | {'short', area, free places} | {'cold'}
if redis.call('EXISTS', sale) == 0 then return {'cold'} end
reap(256)
local booking, hold_ms, orphans_allowed, count = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[4])

local wanted, taken, at = {}, {}, 5
for i = 1, count do
  local index = ARGV[at]
  if redis.call('GETRANGE', seats, index, index) ~= 'a' then taken[#taken + 1] = index end
  wanted[tonumber(index)] = true
  at = at + 3
end
if #taken > 0 then return {'taken', unpack(taken)} end

local first_area = at + 1
for i = 1, tonumber(ARGV[at]) do
  local area, quantity = ARGV[first_area + 2 * (i - 1)], tonumber(ARGV[first_area + 2 * (i - 1) + 1])
  local available = redis.call('LLEN', free_prefix .. area)
  if available < quantity then return {'short', area, tostring(available)} end
end

if not orphans_allowed then
  local alone, seen, runs = {}, {}, {}
  for i = 1, count do
    local index, first, last = tonumber(ARGV[2 + 3 * i]), tonumber(ARGV[3 + 3 * i]), tonumber(ARGV[4 + 3 * i])
    local run = runs[first] or redis.call('GETRANGE', seats, first, last - 1)
    runs[first] = run
    local function free(place)
      return place >= first and place < last and not wanted[place]
        and string.sub(run, place - first + 1, place - first + 1) == 'a'
    end
    for _, neighbour in ipairs({index - 1, index + 1}) do
      if not seen[neighbour] and free(neighbour) and not free(neighbour - 1) and not free(neighbour + 1) then
        seen[neighbour] = true
        alone[#alone + 1] = tostring(neighbour)
      end
    end
  end
  if #alone > 0 then return {'orphans', unpack(alone)} end
end

local locked, records, answer, area_ids = {}, {}, {'locked', ''}, {}
for i = 1, count do
  local index = ARGV[2 + 3 * i]
  redis.call('SETRANGE', seats, index, 'h')
  locked[i] = index
end
for i = 1, tonumber(ARGV[at]) do
  local area, quantity = ARGV[first_area + 2 * (i - 1)], tonumber(ARGV[first_area + 2 * (i - 1) + 1])
  local places = redis.call('LPOP', free_prefix .. area, quantity)
  for _, index in ipairs(places) do redis.call('SETRANGE', seats, index, 'h') end
  answer[#answer + 1] = table.concat(places, ',')
  records[#records + 1] = area .. ':' .. table.concat(places, ',')
  area_ids[area] = true
end
redis.call('HSET', held, booking, table.concat(locked, ',') .. '|' .. table.concat(records, ';'))
redis.call('ZADD', holds, string.format('%.0f', now_ms() + hold_ms), booking)
answer[2] = announce({}, locked, {}, area_ids)
return answer
