// The API reference page: read /schema/openapi.json, show every operation, and send requests.

const METHODS = ["get", "post", "put", "patch", "delete"];

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
};

/** Text with `names` between backticks → nodes, the names as <code>. */
const marked = (text) =>
  (text ?? "").split("`").map((part, at) => at % 2 ? make("code", {}, part) : part).filter((node) => node !== "");

/** Follow a $ref inside the document. */
const resolve = (spec, node) =>
  node?.$ref ? resolve(spec, node.$ref.slice(2).split("/").reduce((at, key) => at[key], spec)) : node;

/** Return an example value of a schema; recursive references end as null. */
const example = (spec, schema, depth = 0) => {
  const node = resolve(spec, schema) ?? {};
  if (depth > 6) return null;
  if ("default" in node) return node.default;
  if (node.examples?.length) return node.examples[0];
  if (node.enum) return node.enum[0];
  const option = (node.oneOf ?? node.anyOf)?.find((schema) => resolve(spec, schema).type !== "null");
  if (option) return example(spec, option, depth + 1);
  const type = Array.isArray(node.type) ? node.type.find((name) => name !== "null") : node.type;
  if (type === "object") {
    const required = new Set(node.required ?? []);
    const shown = Object.entries(node.properties ?? {}).filter(([name]) => required.has(name) || depth < 2);
    return Object.fromEntries(shown.map(([name, property]) => [name, example(spec, property, depth + 1)]));
  }
  if (type === "array") return [example(spec, node.items, depth + 1)];
  return { integer: node.minimum ?? 1, number: node.minimum ?? 0, boolean: false, string: "" }[type] ?? null;
};

const parameterRow = (parameter) =>
  make(
    "tr",
    {},
    make("td", {}, make("code", {}, parameter.name)),
    make("td", {}, parameter.in + (parameter.required ? ", required" : "")),
    make("td", {}, ...marked(parameter.description ?? parameter.schema?.description)),
  );

const responseRow = (spec) => ([status, response]) =>
  make(
    "tr",
    {},
    make("td", {}, make("code", {}, status)),
    make("td", {}, ...marked(resolve(spec, response).description)),
  );

const table = (caption, heads, rows) =>
  rows.length === 0 ? null : make(
    "table",
    {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...rows),
  );

const tryForm = (spec, path, method, operation) => {
  const parameters = (operation.parameters ?? [])
    .map((parameter) => resolve(spec, parameter))
    .filter((parameter) => parameter.in !== "cookie");
  const content = resolve(spec, operation.requestBody)?.content;
  const form = make("form", {});
  for (const { name, in: place } of parameters) {
    form.append(make("label", {}, `${name} (${place})`, make("input", { name: `${place}:${name}` })));
  }
  if (content?.["application/json"]) {
    const text = make("textarea", { name: "body", spellcheck: "false" });
    text.value = JSON.stringify(example(spec, content["application/json"].schema), null, 2);
    form.append(make("label", { class: "wide" }, "Body", text));
  }
  const answer = make("div", { class: "answer", role: "status" });
  form.append(make("button", {}, "Send"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await send(path, method, parameters, new FormData(form), answer);
  });
  return make("div", { class: "body" }, form, answer);
};

const send = async (path, method, parameters, data, answer) => {
  const query = new URLSearchParams();
  const headers = {};
  let target = path;
  for (const { name, in: where } of parameters) {
    const value = data.get(`${where}:${name}`);
    if (!value) continue;
    if (where === "path") target = target.replace(`{${name}}`, encodeURIComponent(value));
    if (where === "query") query.append(name, value);
    if (where === "header") headers[name] = value;
  }
  const token = document.querySelector("[name=token]").value.trim();
  if (token) headers.Authorization = `Bearer ${token}`;
  const body = data.get("body");
  if (body) headers["Content-Type"] = "application/json";
  const started = performance.now();
  const response = await fetch(query.size ? `${target}?${query}` : target, {
    method: method.toUpperCase(),
    headers,
    body: body || undefined,
  });
  const text = await response.text();
  const milliseconds = Math.round(performance.now() - started);
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  answer.replaceChildren(
    make(
      "p",
      {},
      make("span", { class: `status ${response.ok ? "good" : "bad"}` }, `${response.status} ${response.statusText}`),
      ` in ${milliseconds} ms, ${text.length} characters`,
    ),
    make("pre", {}, isJson && text ? JSON.stringify(JSON.parse(text), null, 2) : text),
  );
};

const operationBlock = (spec, path, method, operation) => {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(spec, parameter));
  const block = make(
    "details",
    {
      id: operation.operationId,
      "data-text": `${path} ${operation.summary ?? ""} ${Object.keys(operation.responses ?? {}).join(" ")}`
        .toLowerCase(),
    },
    make(
      "summary",
      {},
      make("span", { class: "method" }, method.toUpperCase()),
      make("span", { class: "path" }, path),
      make("span", { class: "what" }, ...marked(operation.summary)),
    ),
  );
  block.addEventListener("toggle", () => {
    if (block.childElementCount > 1) return;
    block.append(
      make(
        "div",
        { class: "body" },
        operation.description ? make("p", {}, ...marked(operation.description)) : null,
        table("Parameters", ["name", "where", "meaning"], parameters.map(parameterRow)),
        table("Answers", ["status", "meaning"], Object.entries(operation.responses ?? {}).map(responseRow(spec))),
      ),
      tryForm(spec, path, method, operation),
    );
  });
  return block;
};

const show = (spec) => {
  const main = document.querySelector("main");
  const sections = new Map(
    (spec.tags ?? []).map((
      tag,
    ) => [
      tag.name,
      make("section", { id: tag.name }, make("h2", {}, tag.name), make("p", {}, ...marked(tag.description))),
    ]),
  );
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "Other";
      if (!sections.has(tag)) sections.set(tag, make("section", { id: tag }, make("h2", {}, tag)));
      sections.get(tag).append(operationBlock(spec, path, method, item[method]));
    }
  }
  const filled = [...sections].filter(([, section]) => section.querySelector("details"));
  main.replaceChildren(...filled.map(([, section]) => section));
  document.querySelector("#tags").replaceChildren(
    ...filled.map(([tag]) => make("a", { href: `#${encodeURIComponent(tag)}` }, tag)),
  );
};

const credentials = document.querySelector("#credentials");
credentials.addEventListener("submit", (event) => event.preventDefault());
credentials.elements.find.addEventListener("input", ({ target }) => {
  const wanted = target.value.toLowerCase();
  for (const block of document.querySelectorAll("main details")) block.hidden = !block.dataset.text.includes(wanted);
});

const response = await fetch("/schema/openapi.json");
show(await response.json());
