-- Free the holds whose time is over, so that the live map shows their seats before a buyer requests them.
-- ARGV    maximum number of holds to free
-- Returns how many holds were freed
if redis.call('EXISTS', sale) == 0 then return 0 end
return free_lapsed(tonumber(ARGV[1]))
