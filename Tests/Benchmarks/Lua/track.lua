-- The load of scripts/bench on /v1/track, for our server and the echo alike.
--
--     wrk -t2 -c64 -d10s -s track.lua URL -- RUN KNOWN
--
-- RUN makes message ids and new people unique between runs; people u0 … u(KNOWN-1) and devices a0 … a(KNOWN-1) are in the database.
-- Of a hundred calls 70 name a known user, 15 a known user on their own device, 10 a known device, 3 a new device, and 2 a
-- new user on a new device.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  run, known, n = args[1] or "0", tonumber(args[2] or "100000"), 0
  math.randomseed(7919 * (number + 1))
  wrk.headers["Content-Type"] = "application/json"
end

local names = { "Product Viewed", "Product Added", "Order Completed", "Product Viewed", "Signed Up" }

function who()
  local dice, one = math.random(100), math.random(known) - 1
  if dice <= 70 then return string.format('"userId":"u%d"', one) end
  if dice <= 85 then return string.format('"userId":"u%d","anonymousId":"a%d"', one, one) end
  if dice <= 95 then return string.format('"anonymousId":"a%d"', one) end
  if dice <= 98 then return string.format('"anonymousId":"n%s-%d-%d"', run, number, n) end
  return string.format('"userId":"m%s-%d-%d","anonymousId":"n%s-%d-%d"', run, number, n, run, number, n)
end

function call()
  n = n + 1
  local total = math.random(100, 20000)
  return string.format(
    '{"type":"track",%s,"event":"%s","messageId":"ajs-%s-%d-%d",' ..
    '"properties":{"order_id":"o%s-%d-%d","total":%d.%02d,"currency":"EUR","products":' ..
    '[{"product_id":"p%d","name":"Olive oil, 1 l","price":%d.%02d,"quantity":1}]},' ..
    '"context":{"library":{"name":"analytics.js","version":"2.11.1"},"ip":"192.0.2.7","locale":"en-GB"}',
    who(), names[n % 5 + 1], run, number, n, run, number, n, total / 100, total % 100, n % 500, total / 100, total % 100)
end

function request()
  return wrk.format("POST", nil, nil, call() .. ',"writeKey":"wk_bench_12345"}')
end
