"use strict";

// Shows openapi-public.json and tries its operations out. Texts of the document and of answers are
// only ever set as text, so neither can become markup. The key is kept nowhere but in its field.

const byId = (id) => document.getElementById(id);
let api = {};

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined && child !== ""));
  return made;
}

// What a reference stands for; `name` remembers how it was called.
function resolve(node) {
  if (!node || !node.$ref) return node || {};
  const parts = node.$ref.replace(/^#\//, "").split("/");
  const found = parts.reduce((at, part) => (at || {})[part], api) || {};
  return { name: parts[parts.length - 1], ...found };
}

// A schema with the parts of its allOf put together.
function flatten(node) {
  const schema = resolve(node);
  if (!schema.allOf) return schema;
  const whole = { ...schema, properties: {}, required: [] };
  for (const part of [...schema.allOf.map(flatten), schema]) {
    Object.assign(whole, { ...part, allOf: undefined,
      properties: { ...whole.properties, ...part.properties },
      required: [...whole.required, ...(part.required || [])] });
  }
  return whole;
}

function mark(evidence) {
  if (!evidence) return "";
  return element("span", { class: `mark ${evidence.toLowerCase()}` }, evidence);
}

function typeOf(node) {
  const schema = flatten(node);
  const choices = schema.oneOf || schema.anyOf;
  if (choices) return choices.map(typeOf).join(" or ");
  if (schema.type === "array") return `array of ${typeOf(schema.items)}`;
  const limits = [["minimum", "from"], ["maximum", "to"], ["maxLength", "at most"]]
    .filter(([key]) => schema[key] !== undefined)
    .map(([key, word]) => `${word} ${schema[key]}`).join(" ");
  return [schema.type || "any", schema.format, limits].filter(Boolean).join(" ");
}

// Schema, what may stand there, and an example, in one cell.
function meaning(node, description) {
  const schema = flatten(node);
  const cell = element("td", {}, description || schema.description || "");
  const note = (label, value) => cell.append(
    element("div", { class: "note" }, `${label} `, element("code", {}, value)));
  if (schema.enum) note("one of", schema.enum.join(", "));
  if (schema.default !== undefined) note("default", JSON.stringify(schema.default));
  if (schema.pattern) note("pattern", schema.pattern);
  if (schema.example !== undefined && typeof schema.example !== "object") {
    note("example", String(schema.example));
  }
  return cell;
}

function table(head, rows) {
  const row = (cells, kind) => element("tr", {}, ...cells.map((cell) =>
    cell instanceof HTMLTableCellElement ? cell
      : element(kind, kind === "th" ? { scope: "col" } : {}, cell)));
  return element("div", { class: "wide" }, element("table", {},
    element("thead", {}, row(head, "th")),
    element("tbody", {}, ...rows.map((cells) => row(cells, "td")))));
}

// One row per member, those of members below with a dotted name.
function memberRows(node, prefix, seen) {
  const schema = flatten(node);
  if (schema.type === "array") return memberRows(schema.items, `${prefix}[]`, seen);
  const choices = schema.oneOf || schema.anyOf;
  if (choices) return choices.flatMap((choice) => memberRows(choice, prefix, seen));
  if (!schema.properties || (schema.name && seen.includes(schema.name))) return [];
  const inside = [...seen, schema.name];
  return Object.entries(schema.properties).flatMap(([name, member]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    const required = (schema.required || []).includes(name) ? "yes" : "no";
    return [[element("code", {}, path), typeOf(member), required,
      mark(flatten(member)["x-evidence"]), meaning(member)],
    ...memberRows(member, path, inside)];
  });
}

function schemaViews(node) {
  const schema = flatten(node);
  const choices = schema.oneOf || schema.anyOf;
  if (choices) {
    return choices.flatMap((choice) => [
      element("h4", {}, `Either: ${flatten(choice).description || typeOf(choice)}`),
      ...schemaViews(choice)]);
  }
  const rows = memberRows(node, "", []);
  if (!rows.length) return [element("p", { class: "note" }, typeOf(node))];
  return [table(["member", "type", "required", "evidence", "meaning"], rows)];
}

function examples(media) {
  const all = Object.entries(media.examples || {}).map(([name, example]) =>
    [name, resolve(example)]);
  if (media.example !== undefined) all.unshift(["example", { value: media.example }]);
  return all;
}

function exampleViews(media) {
  return examples(media).flatMap(([name, example]) => [
    element("h4", {}, example.summary || name, " ", mark(example["x-evidence"])),
    example.description ? element("p", { class: "note" }, example.description) : "",
    element("pre", {}, typeof example.value === "string"
      ? example.value : JSON.stringify(example.value, null, 2))]);
}

function mediaViews(content) {
  return Object.entries(content || {}).flatMap(([type, media]) => [
    element("p", { class: "note" }, type), ...schemaViews(media.schema), ...exampleViews(media)]);
}

function responseView([status, node]) {
  const response = resolve(node);
  const headers = Object.entries(response.headers || {}).map(([name, header]) => {
    const found = resolve(header);
    return [element("code", {}, name), mark(found["x-evidence"]), found.description || ""];
  });
  const isError = Number(status) >= 400;
  return element("details", isError ? {} : { open: "" },
    element("summary", {}, element("strong", {}, status), ` ${response.description} `,
      mark(response["x-evidence"])),
    ...(isError ? Object.values(response.content || {}).flatMap(exampleViews)
      : mediaViews(response.content)),
    headers.length ? table(["header", "evidence", "meaning"], headers) : "");
}

function parameterTable(parameters) {
  return table(["parameter", "in", "type", "required", "evidence", "meaning"],
    parameters.map((parameter) => [element("code", {}, parameter.name), parameter.in,
      typeOf(parameter.schema), parameter.required ? "yes" : "no",
      mark(parameter["x-evidence"]), meaning(parameter.schema, parameter.description)]));
}

// MARK: Trying it

async function send(method, path, form, answer) {
  let target = path;
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("input")) {
    if (input.dataset.in === "path") {
      target = target.replace(`{${input.name}}`, encodeURIComponent(input.value));
    } else if (input.value) query.append(input.name, input.value);
  }
  if (query.size) target += `?${query}`;
  const headers = {};
  const key = byId("key").value.trim();
  if (key) headers["x-api-key"] = key;
  const body = form.querySelector("textarea");
  if (body) headers["content-type"] = "application/json";
  answer.textContent = "Sent; waiting for the answer.";
  try {
    const response = await fetch(target, {
      method, headers, body: body ? body.value : undefined, cache: "no-store" });
    const lines = [`${method} ${target}`, "", `${response.status} ${response.statusText}`.trim()];
    for (const [name, value] of response.headers) lines.push(`${name}: ${value}`);
    answer.textContent = [...lines, "", indented(await response.text())].join("\n");
  } catch (error) {
    answer.textContent = `No answer: ${error.message}`;
  }
}

function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function tryView(method, path, parameters, operation) {
  const media = Object.values(operation.requestBody?.content || {})[0];
  const form = element("form", {}, element("div", { class: "inputs" },
    ...parameters.map((parameter) => element("label", {}, `${parameter.name} (${parameter.in})`,
      element("input", { name: parameter.name, "data-in": parameter.in, spellcheck: "false",
        autocomplete: "off", ...(parameter.required ? { required: "" } : {}) })))));
  if (media) {
    const first = examples(media)[0];
    const area = element("textarea", { spellcheck: "false" });
    area.value = first ? JSON.stringify(first[1].value, null, 2) : "{}";
    form.append(element("label", {}, "body", area));
  }
  const answer = element("pre", { role: "status" }, "Nothing sent yet.");
  form.append(element("button", { type: "submit" }, `Send ${method}`));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(method, path, form, answer);
  });
  return [element("h3", {}, "Try it"), form, answer];
}

// MARK: The page

function fill(place, method, path, item, operation) {
  const parameters = [...(item.parameters || []), ...(operation.parameters || [])].map(resolve);
  place.append(element("p", {}, operation.description || ""));
  if (parameters.length) place.append(element("h3", {}, "Parameters"), parameterTable(parameters));
  if (operation.requestBody) {
    place.append(element("h3", {}, "Body"), ...mediaViews(operation.requestBody.content));
  }
  place.append(element("h3", {}, "Answers"),
    ...Object.entries(operation.responses).map(responseView));
  place.append(...tryView(method, path, parameters, operation));
}

function operationView(method, path, item, operation) {
  const place = element("div");
  const view = element("details", { class: "operation", id: operation.operationId },
    element("summary", {}, element("span", { class: "method" }, method),
      element("span", { class: "path" }, path),
      element("span", { class: "summary" }, operation.summary || ""),
      mark(operation["x-evidence"])), place);
  view.dataset.text = `${method} ${path} ${operation.summary} ${operation["x-evidence"]}`
    .toLowerCase();
  // A whole document at once is slow to build; an operation is built when somebody opens it.
  view.addEventListener("toggle", () => {
    if (view.open && !place.hasChildNodes()) fill(place, method, path, item, operation);
  });
  return view;
}

function show() {
  const page = byId("operations");
  byId("title").textContent = api.info.title;
  byId("introduction").textContent = api.info.description;
  document.title = api.info.title;
  const methods = ["get", "post", "put", "delete"];
  const all = Object.entries(api.paths).flatMap(([path, item]) => methods
    .filter((method) => item[method])
    .map((method) => ({ method: method.toUpperCase(), path, item, operation: item[method] })));
  const groups = api.tags.map((tag) => element("section", {},
    element("h2", {}, tag.name), element("p", { class: "note" }, tag.description || ""),
    ...all.filter(({ operation }) => operation.tags[0] === tag.name)
      .map(({ method, path, item, operation }) => operationView(method, path, item, operation))));
  page.replaceChildren(...groups);
  const named = location.hash && byId(location.hash.slice(1));
  if (named) named.open = true;
}

function filter() {
  const words = byId("filter").value.toLowerCase().split(" ").filter(Boolean);
  for (const view of document.querySelectorAll("details.operation")) {
    view.hidden = !words.every((word) => view.dataset.text.includes(word));
  }
  for (const group of document.querySelectorAll("section")) {
    group.hidden = !group.querySelector("details.operation:not([hidden])");
  }
}

byId("filter").addEventListener("input", filter);
byId("tools").addEventListener("submit", (event) => event.preventDefault());
fetch("../openapi-public.json", { cache: "no-cache" })
  .then((response) => response.json())
  .then((read) => { api = read; show(); })
  .catch((error) => {
    byId("state").textContent = `openapi-public.json cannot be read: ${error.message}`;
  });
