-- Show places as PostgreSQL has them: given back, held back, released. What somebody holds here stays as it is.
-- ARGV    epoch that was current when PostgreSQL was asked, then (index, 'a' for sale or 'b' not, area or '')…
-- Returns 1 when this server shows them (one that was loaded later does already), 0 when it must be loaded first
local epoch = tonumber(redis.call('HGET', sale, 'epoch') or '0')
if epoch < tonumber(ARGV[1]) then return 0 end
if epoch > tonumber(ARGV[1]) then return 1 end
local freed, blocked, area_ids = {}, {}, {}
for i = 2, #ARGV, 3 do
  local index, wanted, area = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local state = redis.call('GETRANGE', seats, index, index)
  if state ~= wanted and state ~= 'h' then
    redis.call('SETRANGE', seats, index, wanted)
    if area ~= '' then
      area_ids[area] = true
      if wanted == 'a' then
        redis.call('RPUSH', free_prefix .. area, index)
      else
        redis.call('LREM', free_prefix .. area, 1, index)
      end
    elseif wanted == 'a' then
      freed[#freed + 1] = index
    else
      blocked[#blocked + 1] = index
    end
  end
end
if #freed > 0 or #blocked > 0 or next(area_ids) then announce(freed, {}, {}, area_ids, blocked) end
return 1
