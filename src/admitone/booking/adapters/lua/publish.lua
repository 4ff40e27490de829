-- Copy the states of places from PostgreSQL: refunded, held back, released, sold by the organizer. A place that is held
-- here keeps its state, unless it is sold: then the hold is void, and frees nothing when it ends.
-- ARGV    epoch at the read of PostgreSQL, then (index, 'a' for sale, 'b' not or 's' sold, area or '')…
-- Returns 1 if this server shows them (after a later load it does already), 0 if the event must be loaded first
local epoch = tonumber(redis.call('HGET', sale, 'epoch') or '0')
if epoch < tonumber(ARGV[1]) then return 0 end
if epoch > tonumber(ARGV[1]) then return 1 end
local shown, area_ids = {a = {}, b = {}, s = {}}, {}
for i = 2, #ARGV, 3 do
  local index, wanted, area = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local state = redis.call('GETRANGE', seats, index, index)
  if state ~= wanted and (state ~= 'h' or wanted == 's') then
    redis.call('SETRANGE', seats, index, wanted)
    if area ~= '' then
      area_ids[area] = true
      if wanted == 'a' then
        redis.call('RPUSH', free_prefix .. area, index)
      elseif state == 'a' then
        redis.call('LREM', free_prefix .. area, 1, index)
      end
    else
      table.insert(shown[wanted], index)
    end
  end
end
if #shown.a > 0 or #shown.b > 0 or #shown.s > 0 or next(area_ids) then
  announce(shown.a, {}, shown.s, area_ids, shown.b)
end
return 1
