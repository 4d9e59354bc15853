-- wrk's requests for issuance: one CSR after the other, and a new name each time.
--
--   wrk … -s issue.lua URL -- KIND PATH NAMES CSRS TOKEN
--
-- KIND is "mock" or "cfssl"; NAMES begins each name; CSRS is a file with one PEM CSR per line,
-- already escaped for JSON. wrk runs this once per thread, and is started with one thread.

local bodies = {}
local heads = {}
local count = 0
local path, headers, names, kind

function init(arguments)
    kind, path, names = arguments[1], arguments[2], arguments[3]
    headers = { ["Content-Type"] = "application/json" }
    if arguments[5] then headers["x-api-key"] = arguments[5] end
    for line in io.lines(arguments[4]) do
        if kind == "cfssl" then
            bodies[#bodies + 1] = '{"certificate_request":"' .. line .. '"}'
        else
            heads[#heads + 1] = '{"csr":"' .. line .. '","name":"' .. names .. '-'
        end
    end
end

function request()
    count = count + 1
    if kind == "cfssl" then
        return wrk.format("POST", path, headers, bodies[(count - 1) % #bodies + 1])
    end
    return wrk.format("POST", path, headers, heads[(count - 1) % #heads + 1] .. count .. '"}')
end
