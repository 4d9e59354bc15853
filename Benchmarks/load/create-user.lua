-- wrk's requests for service users: a new name each time.
--
--   wrk … -s create-user.lua URL -- PATH NAMES ACCOUNT TOKEN
--
-- NAMES begins each name. wrk runs this once per thread, and is started with one thread.

local count = 0
local path, headers, head, tail

function init(arguments)
    path = arguments[1]
    head = '{"user_type":"service","friendly_name":"' .. arguments[2] .. '-'
    tail = '","accounts":["' .. arguments[3] .. '"],"roles":["AM_DEFAULT_USER"]}'
    headers = { ["Content-Type"] = "application/json", ["x-api-key"] = arguments[4] }
end

function request()
    count = count + 1
    return wrk.format("POST", path, headers, head .. count .. tail)
end
