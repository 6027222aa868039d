-- The load of scripts/bench on /v1/batch: calls of track.lua, a hundred in a request.
--
--     wrk -t2 -c64 -d10s -s batch.lua URL -- RUN KNOWN FOLDER
--
-- FOLDER is where track.lua is.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local number_of_thread = number
  dofile(args[3] .. "/track.lua")
  number = number_of_thread
  local prepare = init
  prepare(args)
  request = function()
    local calls = {}
    for index = 1, 100 do calls[index] = call() .. "}" end
    return wrk.format("POST", nil, nil, '{"writeKey":"wk_bench_12345","batch":[' .. table.concat(calls, ",") .. "]}")
  end
end

function request() return "" end
