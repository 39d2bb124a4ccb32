-- End a rebuild: set all positions and the cache epoch, vouch for this server process, and drop the marker, in one atomic step.
--
-- KEYS[1]   rebuild marker
-- KEYS[2]   cache epoch
-- KEYS[3]   confirmed server
-- KEYS[4..] positions
-- ARGV[1]   id that the marker must have
-- ARGV[2]   new cache epoch
-- ARGV[3]   id of the server process that took the whole rebuild
-- ARGV[4..] value of each position
--
-- Returns 1, or 0 when the marker is gone or another one, or the server was started anew: data written before may be lost, nothing
-- is written.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') ~= ARGV[3] then
  return 0
end
for i = 4, #KEYS do
  redis.call('SET', KEYS[i], ARGV[i])
end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('SET', KEYS[3], ARGV[3])
redis.call('DEL', KEYS[1])
return 1
