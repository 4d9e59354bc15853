// Faults as Node's http2 meets them, and thousands of answers that wait at one time.
//
// Arguments: control=URL ca= pid= count=
// Prints a line for each; what is not as the rule claims ends the program.
import assert from "node:assert";
import fs from "node:fs";
import http2 from "node:http2";

const given = Object.fromEntries(process.argv.slice(2).map((word) => {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}));
const path = "/account/api/v1/user/me";
const ca = fs.readFileSync(given.ca);
let url;

async function control(method, path, body) {
  const answer = await fetch(given.control + path, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

async function rule(action) {
  await control("DELETE", "/worlds/node/faults");
  await control("POST", "/worlds/node/faults", { action });
}

function connect() {
  return new Promise((resolve, reject) => {
    const session = http2.connect(url, { ca });
    session.notes = {};
    session.on("goaway", (code) => { session.notes.goAway = code; });
    session.on("error", (error) => { session.notes.error = error; });
    session.once("connect", () => resolve(session));
    session.once("error", reject);
  });
}

// The status, or the code of the error with which the stream ended.
function ask(session) {
  return new Promise((resolve) => {
    const stream = session.request({ ":path": path, "x-api-key": "SERVICE_USER_TOKEN" });
    let status;
    stream.on("response", (fields) => { status = fields[":status"]; });
    stream.on("error", () => {});
    stream.on("close", () => resolve({ status, code: stream.rstCode }));
    stream.resume();
    stream.end();
  });
}

function threads() {
  const text = fs.readFileSync(`/proc/${given.pid}/status`, "ascii");
  return Number(text.match(/^Threads:\s+(\d+)/m)[1]);
}

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants;

async function refused() {
  await rule("refuse_stream");
  const session = await connect();
  const { status, code } = await ask(session);
  assert.strictEqual(status, undefined);
  assert.strictEqual(code, NGHTTP2_REFUSED_STREAM);
  await control("DELETE", "/worlds/node/faults");
  // The connection is as good as before.
  assert.strictEqual((await ask(session)).status, 200);
  assert.strictEqual(session.notes.goAway, undefined);
  session.close();
  return "REFUSED_STREAM";
}

async function wentAway() {
  await rule("goaway");
  const session = await connect();
  const { status } = await ask(session);
  assert.strictEqual(status, undefined);
  assert.strictEqual(session.notes.goAway, NGHTTP2_NO_ERROR);
  session.destroy();
  return "GOAWAY";
}

async function reset() {
  await rule("reset");
  const session = await connect();
  const { status, code } = await ask(session);
  assert.strictEqual(status, undefined);
  assert.notStrictEqual(code, NGHTTP2_NO_ERROR);
  assert.notStrictEqual(code, NGHTTP2_CANCEL);
  session.close();
  return "RST_STREAM";
}

async function crowd() {
  const count = Number(given.count);
  const streams = 125;
  await rule({ delay: "3s" });
  const before = threads();
  const sessions = await Promise.all(Array.from({ length: count / streams }, connect));
  const begin = Date.now();
  const waiting = sessions.flatMap(
    (session) => Array.from({ length: streams }, () => ask(session)),
  );
  let most = 0;
  const watch = setInterval(() => { most = Math.max(most, threads()); }, 50);
  const answers = await Promise.all(waiting);
  clearInterval(watch);
  const took = Date.now() - begin;
  assert(answers.every(({ status }) => status === 200));
  assert(most > 0 && most <= before, `${before} threads became ${most}`);
  // One after the other they would wait for hours.
  assert(took >= 3000 && took < 30000, `${took} ms`);
  for (const session of sessions) session.close();
  return `${count} at one time`;
}

const facts = await control("POST", "/worlds", { name: "node", ports: true });
url = facts.api_url;
for (const check of [refused, wentAway, reset, crowd]) console.log(await check());
process.exit(0);
