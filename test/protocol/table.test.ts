/** Rules for every row of the API table: values that its codecs refuse, and the methods of its paths. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Codec } from "../../src/api/codec.ts";
import type { Row } from "../../src/api/describe.ts";
import { rows } from "../../src/api/table.ts";
import { codeOf, entryOf } from "../../src/oci/errors.ts";
import { patienceMs } from "../support/patience.ts";
import { ask, rawCodesOf, type RawRequest, type RawResponse } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { queryText, requestOf } from "../support/requests.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

const requirements: Readonly<Record<string, string>> = {
  "repository name": "NAME-03",
  "repository name of 2014": "NAME-L1",
  digest: "DIG-01",
  "digest algorithm": "UP-08",
  tag: "TAG-02",
  "existing tag": "TAG-02",
  "upload session": "UP-28",
  count: "LIM-05",
  cursor: "SEC-02",
  "media type": "MPUT-05",
  "artifact type": "SEC-02",
  "content length": "SEC-04",
  "blob length": "UP-07",
  "chunk range": "UP-22",
};

for (const row of rows) {
  for (const [name, codec] of Object.entries(row.parameters)) {
    refuses(row, name, codec, (text) => requestOf(row, { path: { [name]: text } }));
  }
  for (const [name, { codec, hint }] of Object.entries(row.query)) {
    if (!hint) refuses(row, name, codec, (text) => requestOf(row, { query: { [name]: queryText(codec, text) } }));
  }
  for (const [name, { codec }] of Object.entries(row.headers)) {
    refuses(row, name, codec, (text) => requestOf(row, { headers: headersWith(name, text) }));
  }
}

/** The server refuses two lengths in one line. If they are equal and on two lines, Lading gets them joined. */
function headersWith(name: string, text: string): (readonly [string, string])[] {
  const texts = name === "content-length" ? text.split(", ") : [text];
  return texts.map((one) => [name, one] as const);
}

function refuses(row: Row, name: string, codec: Codec<unknown>, request: (text: string) => RawRequest): void {
  const { failure } = codec;
  if (!failure) return;
  test(`${requirements[codec.name]} ${row.id} refuses an invalid ${codec.name} as ${name}`, async () => {
    for (const text of codec.invalid) {
      const response = await ask(registry.port, request(text));
      const { status } = entryOf(failure);
      const code = codeOf(failure, row.dialect ?? "today");
      expect([text, response.status]).toEqual([text, status]);
      expectCode(response, row.method, code);
      expect(registry.recorder.events.at(-1)).toMatchObject({
        row: row.id,
        parameter: name,
        failure,
      });
    }
  });
}

function expectCode(response: RawResponse, method: string, code: string): void {
  if (method === "HEAD") expect(response.body.length).toBe(0);
  else expect(rawCodesOf(response)).toEqual([code]);
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];

for (const [path, sharing] of Map.groupBy(rows, (row) => row.path)) {
  const own = new Set<string>(sharing.map((row) => row.method));
  test(`METH-01 code-13 ${path} answers 405 to other methods than ${[...own].join(", ")}, and Allow lists these`, async () => {
    for (const method of methods.filter((one) => !own.has(one))) {
      const { target } = requestOf(sharing[0]!);
      const response = await ask(registry.port, { method, target });
      expect([method, response.status]).toEqual([method, 405]);
      expectCode(response, method, "UNSUPPORTED");
      expect(new Set(response.headers.get("allow")?.split(", "))).toEqual(own);
      expect(registry.recorder.events.at(-1)?.template).toBe(path);
    }
  });
}

test("HEAD-01 every HEAD row has a GET row of the same path with the same access", () => {
  for (const head of rows.filter((row) => row.method === "HEAD")) {
    const get = rows.find((row) => row.method === "GET" && row.path === head.path);
    expect(get?.access).toEqual(head.access);
  }
});

test("PATH-03 every path is served with and without a slash at its end", async () => {
  for (const row of rows) {
    const { target, ...rest } = requestOf(row, { query: { n: "0" } });
    const [path = "", query = ""] = target.split("?");
    // The root cannot be written in another way.
    if (path === "/") continue;
    const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
    await ask(registry.port, { ...rest, target: `${path}?${query}` });
    const expected = registry.recorder.events.at(-1)!;
    await ask(registry.port, { ...rest, target: `${other}?${query}` });
    const { row: id, status } = registry.recorder.events.at(-1)!;
    expect([id, status]).toEqual([row.id, expected.status]);
  }
});
