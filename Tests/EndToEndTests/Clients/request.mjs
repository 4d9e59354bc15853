// One request with Node's `https`, or with `http2` when http=2. Prints a line "STATUS HTTP TLS",
// then the body.
//
// Arguments: url= ca= [method=] [key=] [body=FILE] [p12= password=] [tls=1.2|1.3] [http=1.1|2]
//            [connect=HOST:PORT]

import { readFileSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";
import { isIP } from "node:net";
import tls from "node:tls";

const wanted = Object.fromEntries(
  process.argv.slice(2).map((word) => {
    const at = word.indexOf("=");
    return [word.slice(0, at), word.slice(at + 1)];
  }),
);
const url = new URL(wanted.url);
const name = url.hostname.replace(/^\[|\]$/g, "");
const [, host, port] = wanted.connect?.match(/^(.*):(\d+)$/) ?? [null, name, url.port || 443];
const body = wanted.body ? readFileSync(wanted.body) : undefined;
const fields = { "content-type": "application/json" };
if (wanted.key) fields["x-api-key"] = wanted.key;
if (body) fields["content-length"] = body.length;

const secure = {
  host: host.replace(/^\[|\]$/g, ""),
  port: Number(port),
  // An address is no server name (RFC 6066 §3); Node then checks the address instead.
  servername: isIP(name) ? undefined : name,
  ca: readFileSync(wanted.ca),
};
if (wanted.p12) {
  secure.pfx = readFileSync(wanted.p12);
  secure.passphrase = wanted.password;
}
if (wanted.tls) secure.minVersion = secure.maxVersion = `TLSv${wanted.tls}`;

function finish(status, protocol, socket, text) {
  console.log(`${status} ${protocol} ${socket}`);
  console.log(text);
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

if (wanted.http === "2") {
  const session = http2.connect(url.origin, {
    createConnection: () => tls.connect({ ...secure, ALPNProtocols: ["h2"] }),
  });
  session.on("error", fail);
  const stream = session.request({
    ":method": wanted.method ?? "GET",
    ":path": url.pathname + url.search,
    ...fields,
  });
  let status;
  let text = "";
  stream.setEncoding("utf8");
  stream.on("response", (answer) => (status = answer[":status"]));
  stream.on("data", (part) => (text += part));
  stream.on("error", fail);
  stream.on("end", () => {
    finish(status, "HTTP/2", session.socket.getProtocol(), text);
    session.close();
  });
  stream.end(body);
} else {
  const request = https.request(
    {
      ...secure,
      agent: new https.Agent({ keepAlive: false }),
      method: wanted.method ?? "GET",
      path: url.pathname + url.search,
      headers: { host: url.host, ...fields },
    },
    (response) => {
      const version = response.socket.getProtocol();
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("end", () =>
        finish(response.statusCode, `HTTP/${response.httpVersion}`, version, text),
      );
    },
  );
  request.on("error", fail);
  request.end(body);
}
