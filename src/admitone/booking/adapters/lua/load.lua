-- Put an event in as PostgreSQL has it, in one step. A later epoch that is already there wins: two processes that
-- load at once leave the newer truth.
-- ARGV    epoch, number of numbered seats, states, JSON {holds: [[booking, ms left, record]…], areas: [[id, capacity, [free place…]]…],
--         waits: people are on the waiting list}
-- Returns 1 when loaded, 0 when a later epoch was there
local epoch = tonumber(ARGV[1])
if tonumber(redis.call('HGET', sale, 'epoch') or '0') >= epoch then return 0 end
-- Versions never go back, even after this server was emptied: the epoch is their upper half.
local version = math.max(epoch * 4294967296, tonumber(redis.call('HGET', sale, 'version') or '0') + 1)
for area in string.gmatch(redis.call('HGET', sale, 'areas') or '', '([^=;]+)=') do
  redis.call('DEL', free_prefix .. area)
end
redis.call('DEL', sale, seats, holds, held)
redis.call('SET', seats, ARGV[3])
local content, areas = cjson.decode(ARGV[4]), {}
for _, hold in ipairs(content.holds) do
  redis.call('HSET', held, hold[1], hold[3])
  redis.call('ZADD', holds, string.format('%.0f', now_ms() + hold[2]), hold[1])
end
for _, area in ipairs(content.areas) do
  areas[#areas + 1] = area[1] .. '=' .. string.format('%.0f', area[2])
  local places = area[3]
  for first = 1, #places, 1000 do
    redis.call('RPUSH', free_prefix .. area[1], unpack(places, first, math.min(first + 999, #places)))
  end
end
local shown = string.format('%.0f', version)
redis.call('HSET', sale, 'epoch', ARGV[1], 'version', shown, 'seats', ARGV[2], 'areas', table.concat(areas, ';'), 'waits',
  content.waits and '1' or '0')
redis.call('XADD', changes, 'MAXLEN', '~', CHANGES_MAX, shown .. '-0', 'reset', '1')
return 1
