-- Read the public state of one moment. Read-only.
-- Returns {version, states of the numbered seats, "area=capacity=free;…"} | false where the event is not loaded
local known = redis.call('HMGET', sale, 'version', 'seats', 'areas')
if not known[1] then return false end
local states = known[2] == '0' and '' or redis.call('GETRANGE', seats, 0, tonumber(known[2]) - 1)
local areas = {}
for area, capacity in string.gmatch(known[3], '([^=;]+)=(%d+)') do
  areas[#areas + 1] = area .. '=' .. capacity .. '=' .. redis.call('LLEN', free_prefix .. area)
end
return {known[1], states, table.concat(areas, ';')}
