-- For each of several bookings, in turn: lock all of its wanted places, or none. The stream gets one change for all.
-- ARGV    number of bookings, then for each: booking, hold in ms, 1 = orphans allowed, number of seats,
--         (index, run start, run end)…, number of areas, (area, quantity)…
-- Returns for each: {'locked', version, "place,place" of the first area, …} | {'taken', index…} |
--         {'orphans', index…} | {'insufficient', area, free places} | {'not_loaded'} | {'held'} if it holds places
local is_not_loaded = redis.call('EXISTS', sale) == 0
local at = 1
local function take()
  at = at + 1
  return ARGV[at]
end

local function read_request()
  local request = {booking = take(), hold_ms = tonumber(take()), orphans_allowed = take() == '1', seats = {}, areas = {}}
  for i = 1, tonumber(take()) do
    request.seats[i] = {index = take(), first = tonumber(take()), last = tonumber(take())}
  end
  for i = 1, tonumber(take()) do request.areas[i] = {id = take(), quantity = tonumber(take())} end
  return request
end

-- Return the seats that these would leave without a free neighbour.
local function left_alone(wanted)
  local alone, seen, runs, is_wanted = {}, {}, {}, {}
  for _, seat in ipairs(wanted) do is_wanted[tonumber(seat.index)] = true end
  for _, seat in ipairs(wanted) do
    local run = runs[seat.first] or redis.call('GETRANGE', seats, seat.first, seat.last - 1)
    runs[seat.first] = run
    local function free(place)
      return place >= seat.first and place < seat.last and not is_wanted[place]
        and string.sub(run, place - seat.first + 1, place - seat.first + 1) == 'a'
    end
    for _, neighbour in ipairs({seat.index - 1, seat.index + 1}) do
      if not seen[neighbour] and free(neighbour) and not free(neighbour - 1) and not free(neighbour + 1) then
        seen[neighbour] = true
        alone[#alone + 1] = tostring(neighbour)
      end
    end
  end
  return alone
end

-- Return why the request fails, or nil.
local function refusal(request)
  if redis.call('HEXISTS', held, request.booking) == 1 then return {'held'} end
  local taken = {}
  for _, seat in ipairs(request.seats) do
    if redis.call('GETRANGE', seats, seat.index, seat.index) ~= 'a' then taken[#taken + 1] = seat.index end
  end
  if #taken > 0 then return {'taken', unpack(taken)} end
  for _, area in ipairs(request.areas) do
    local available = redis.call('LLEN', free_prefix .. area.id)
    if available < area.quantity then return {'insufficient', area.id, tostring(available)} end
  end
  if request.orphans_allowed then return nil end
  local alone = left_alone(request.seats)
  if #alone > 0 then return {'orphans', unpack(alone)} end
end

local locked, area_ids, winners, now = {}, {}, {}, now_ms()

local function lock(request)
  local records, own, answer = {}, {}, {'locked', ''}
  for i, seat in ipairs(request.seats) do
    redis.call('SETRANGE', seats, seat.index, 'h')
    own[i] = seat.index
    locked[#locked + 1] = seat.index
  end
  for _, area in ipairs(request.areas) do
    local places = redis.call('LPOP', free_prefix .. area.id, area.quantity)
    for _, index in ipairs(places) do redis.call('SETRANGE', seats, index, 'h') end
    answer[#answer + 1] = table.concat(places, ',')
    records[#records + 1] = area.id .. ':' .. table.concat(places, ',')
    area_ids[area.id] = true
  end
  redis.call('HSET', held, request.booking, table.concat(own, ',') .. '|' .. table.concat(records, ';'))
  redis.call('ZADD', holds, string.format('%.0f', now + request.hold_ms), request.booking)
  winners[#winners + 1] = answer
  return answer
end

local answers = {}
if not is_not_loaded then free_lapsed(256) end
for i = 1, tonumber(ARGV[1]) do
  local request = read_request()
  answers[i] = is_not_loaded and {'not_loaded'} or refusal(request) or lock(request)
end
if #winners > 0 then
  local version = announce({}, locked, {}, area_ids)
  for _, answer in ipairs(winners) do answer[2] = version end
end
return answers
