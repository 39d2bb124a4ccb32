-- Apply versioned values to their slots and move the position of one source partition, in one atomic step (I7, PF25).
--
-- KEYS[1]   guard: the cache epoch, or the rebuild marker while a rebuild runs
-- KEYS[2]   position of the source partition
-- KEYS[3..] slots, at most 500; a slot may occur more than once
-- ARGV[1]   value that the guard must have
-- ARGV[2]   value that the position must have; '' leaves the position alone
-- ARGV[3]   new position
-- ARGV[4..] value of each slot: struct '>ddd' (lineage, window_start_us, ver), then the content
--
-- Returns {code, applied, superseded, same, conflicts, stored position}. Code: 'ok'; 'rebuild', the guard or the position is gone
-- or another one; 'moved', the position is not the expected one. Nothing is written unless the code is 'ok'.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return { 'rebuild', 0, 0, 0, 0, '' }
end
if ARGV[2] ~= '' then
  local position = redis.call('GET', KEYS[2])
  if not position then
    return { 'rebuild', 0, 0, 0, 0, '' }
  end
  if position ~= ARGV[2] then
    return { 'moved', 0, 0, 0, 0, position }
  end
end

local applied, superseded, same, conflicts = 0, 0, 0, 0
local writes = {}
if #KEYS > 2 then
  local newest = {}
  local stored = redis.call('MGET', unpack(KEYS, 3))
  for i = 1, #stored do
    local key, value = KEYS[i + 2], ARGV[i + 3]
    local current = newest[key] or stored[i]
    local order = 1
    if current then
      -- Compared as numbers: as texts '9' > '10'.
      local lineage, start, ver = struct.unpack('>ddd', value)
      local lineage0, start0, ver0 = struct.unpack('>ddd', current)
      if lineage ~= lineage0 then
        order = lineage > lineage0 and 1 or -1
      elseif start ~= start0 then
        order = start > start0 and 1 or -1
      elseif ver ~= ver0 then
        order = ver > ver0 and 1 or -1
      else
        order = 0
      end
    end
    if order > 0 then
      newest[key] = value
      applied = applied + 1
    elseif order < 0 then
      superseded = superseded + 1
    elseif value == current then
      same = same + 1
    else
      conflicts = conflicts + 1
    end
  end
  for key, value in pairs(newest) do
    writes[#writes + 1] = key
    writes[#writes + 1] = value
  end
end

if ARGV[2] ~= '' then
  writes[#writes + 1] = KEYS[2]
  writes[#writes + 1] = ARGV[3]
end
if #writes > 0 then
  redis.call('MSET', unpack(writes))
end
return { 'ok', applied, superseded, same, conflicts, ARGV[3] }
