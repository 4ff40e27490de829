-- Shared functions: each script of this folder is appended to this file. All keys of an event share a hash tag.
--
-- KEYS[1] sale:{event}     hash    epoch, version, seats (how many), areas ("id=capacity;…"), waits ("1": people are on
--                                  the waiting list)
-- KEYS[2] seats:{event}    string  one character a place, numbered seats first: a free, h held, s sold, b blocked
-- KEYS[3] holds:{event}    zset    booking → when its hold ends (ms, this server's clock)
-- KEYS[4] held:{event}     hash    booking → its places: "seat,seat|area:place,place;area:place"
-- KEYS[5] changes:{event}  stream  one entry a change, its id is the version: live readers follow it
--         free:{event}:<area>      list of the free places of a general-admission area
--         told:{event}     set     ids of the notices that are in the stream (forgotten after a day)
--
-- Invariant: a seat is h exactly when one booking in held has it; a place is in free exactly when it is a. While people
-- are on the waiting list, a claimed place that becomes free is shown as b: PostgreSQL decides who gets it.
local sale, seats, holds, held, changes = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local free_prefix = 'free:' .. string.sub(sale, 6) .. ':'
local CHANGES_MAX = 20000 -- entries kept for readers that resume

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Append one change to the stream under the next version; lists of indexes, and a set of area ids.
local function announce(freed, locked, sold, area_ids, blocked)
  local version = string.format('%.0f', redis.call('HINCRBY', sale, 'version', 1))
  local entry = {'XADD', changes, 'MAXLEN', '~', CHANGES_MAX, version .. '-0'}
  local function add(name, list)
    if #list > 0 then
      entry[#entry + 1] = name
      entry[#entry + 1] = table.concat(list, ',')
    end
  end
  add('a', freed)
  add('h', locked)
  add('s', sold)
  add('b', blocked or {})
  local counts = {}
  for area in pairs(area_ids) do
    counts[#counts + 1] = area .. '=' .. redis.call('LLEN', free_prefix .. area)
  end
  add('g', counts)
  if #entry == 6 then -- a stream entry needs a field
    entry[7] = 'n'
    entry[8] = '1'
  end
  redis.call(unpack(entry))
  return version
end

-- Give back what a booking holds. Seats go to `freed`, areas to `area_ids`; a place that is no longer h stays as it is.
-- `withheld` (a list): the places are not free but kept for the waiting list; they go there.
local function free_hold(booking, freed, area_ids, withheld)
  local record = redis.call('HGET', held, booking)
  redis.call('ZREM', holds, booking)
  if not record then return end
  redis.call('HDEL', held, booking)
  local state = withheld and 'b' or 'a'
  local bar = string.find(record, '|', 1, true)
  for index in string.gmatch(string.sub(record, 1, bar - 1), '%d+') do
    if redis.call('GETRANGE', seats, index, index) == 'h' then
      redis.call('SETRANGE', seats, index, state)
      table.insert(withheld or freed, index)
    end
  end
  for area, places in string.gmatch(string.sub(record, bar + 1), '([^:;]+):([%d,]+)') do
    for index in string.gmatch(places, '%d+') do
      if redis.call('GETRANGE', seats, index, index) == 'h' then
        redis.call('SETRANGE', seats, index, state)
        if not withheld then redis.call('RPUSH', free_prefix .. area, index) end
      end
    end
    area_ids[area] = true
  end
end

local function is_waited_for()
  return redis.call('HGET', sale, 'waits') == '1'
end

-- Free the holds whose time is over: expiry is true by this clock, not because somebody came by.
local function free_lapsed(count_max)
  local over = redis.call('ZRANGEBYSCORE', holds, '-inf', now_ms(), 'LIMIT', 0, count_max)
  if #over == 0 then return 0 end
  local freed, area_ids = {}, {}
  local withheld = is_waited_for() and {} or nil
  for _, booking in ipairs(over) do free_hold(booking, freed, area_ids, withheld) end
  announce(freed, {}, {}, area_ids, withheld)
  return #over
end
