-- Take tokens from a bucket that all replicas share (S50). Time is the server's, so replicas need no common clock.
--
-- KEYS[1] bucket
-- ARGV[1] capacity, tokens
-- ARGV[2] refill, tokens per second
-- ARGV[3] tokens to take
--
-- Returns {allowed 0|1, whole tokens left, ms until the wanted tokens are there}.
local capacity, refill, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local tokens, at = capacity, now
local bucket = redis.call('GET', KEYS[1])
if bucket then
  tokens, at = struct.unpack('>dd', bucket)
  -- The clock may step back: then nothing is refilled.
  tokens = math.min(capacity, tokens + math.max(0, now - at) * refill / 1000)
end

local allowed, wait = 0, 0
if tokens >= wanted then
  allowed = 1
  tokens = tokens - wanted
else
  wait = math.ceil((wanted - tokens) * 1000 / refill)
end
-- A full bucket is the same as none, so it may expire.
redis.call('SET', KEYS[1], struct.pack('>dd', tokens, now), 'PX', math.ceil(capacity * 1000 / refill) + 1000)
return { allowed, math.floor(tokens), wait }
