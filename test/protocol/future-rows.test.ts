/** The kinds of rows that the API does not have yet: redirects, the generated documents, and the obligations. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { apiDocument } from "../../src/api/documents/api.ts";
import { openapiDocument } from "../../src/api/documents/openapi/document.ts";
import { obligations } from "../../src/api/obligations.ts";
import { futureRows, futureTable, webhookBytes, webhookSchema } from "../support/future-rows.ts";
import { archiveUrl, forever, hook, nothing, serveFuture, silentReader, Source } from "../support/future-server.ts";
import { patienceMs } from "../support/patience.ts";
import { ask, headOf, RawConnection, type RawRequest } from "../support/raw.ts";
import { requestOf } from "../support/requests.ts";
import type { TableServer } from "../support/table-server.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

describe("a redirect", () => {
  test.each(["GET", "HEAD"])("of %s has the URL, how long it may be cached, and no body", async (method) => {
    await using server = await serveFuture();
    const { status, headers, body } = await ask(server.port, { method, target: "/admin/archives/one" });
    expect([status, headers.get("location"), headers.get("cache-control"), body.length]).toEqual([
      307,
      archiveUrl,
      "private, max-age=60",
      0,
    ]);
  });

  test("leads to the content on another server", async () => {
    using storage = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("content") });
    await using server = await serveFuture(nothing, {}, `http://127.0.0.1:${storage.port}/one`);
    expect(await (await fetch(`${server.url}/admin/archives/one`)).text()).toBe("content");
  });

  test("to another host has no prefix and no public address of this one", async () => {
    await using server = await serveFuture(nothing, {
      pathPrefix: "/apps",
      publicAddress: "https://registry.example.com",
    });
    const { headers } = await ask(server.port, { method: "GET", target: "/apps/admin/archives/one" });
    expect(headers.get("location")).toBe(archiveUrl);
  });
});

describe("the documents of these rows", () => {
  interface Operation {
    readonly requestBody?: { readonly required: boolean; readonly content: unknown };
    readonly responses: Readonly<Record<string, { readonly headers: unknown; readonly content?: unknown }>>;
  }
  const openapi = JSON.parse(openapiDocument(futureRows)) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };

  test("OpenAPI has the schema of the JSON body and of its reply", () => {
    const { requestBody, responses } = openapi.paths["/admin/webhooks/{webhook}"]!["put"]!;
    expect(requestBody).toMatchObject({ required: true, content: { "application/json": { schema: webhookSchema } } });
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(["201", "400", "408", "413", "415", "429"]));
    expect(responses["201"]!.content).toEqual({
      "application/json": { schema: futureTable.webhookPut.successes.stored.content["application/json"] },
    });
  });

  test("OpenAPI has the stream's media type, and a URL as the Location of the redirect", () => {
    const stream = openapi.paths["/admin/events"]!["get"]!;
    expect(stream.responses["200"]!.content).toEqual({ "application/x-ndjson": {} });
    expect(Object.keys(stream.responses)).toContain("429");
    const redirect = openapi.paths["/admin/archives/{archive}"]!["get"]!.responses["307"]!;
    expect(redirect).not.toHaveProperty("content");
    expect(redirect.headers).toMatchObject({
      Location: { required: true, schema: { pattern: expect.stringContaining("https?://") } },
      "Cache-Control": { $ref: "#/components/headers/Cache-Control" },
    });
  });

  test("the API reference has them like all others", () => {
    const text = apiDocument(futureRows);
    expect(text).toContain("- Body: at most 1,024 bytes; `application/json`");
    expect(text).toContain("| 200 | The events. | `application/x-ndjson` | `Cache-Control` |");
    expect(text).toMatch(/\| 307 \| The archive is at another URL.* \| {2}\| `Location`, `Cache-Control` \|/);
    expect(text).toContain("MEDIA_TYPE_UNSUPPORTED".toLowerCase());
  });
});

test("a test can see each promise of these rows", async () => {
  await using server = await serveFuture(new Source(1, forever).open, {
    silenceMs: 50,
    budgets: { bodies: 1, streamedReplies: 1, waitMs: 300, slowAfterMs: patienceMs },
  });
  const headers = [["Content-Type", "application/json"]] as const;
  const [json, browser] = [Object.fromEntries(headers), { "User-Agent": "Mozilla/5.0" }];
  const hooks = (body: string, type: Readonly<Record<string, string>> = json) =>
    answered(server, { method: "PUT", target: "/admin/webhooks/first", body: Buffer.from(body) }, type);
  await hooks(JSON.stringify(hook));
  await hooks("{}");
  await hooks("{}", {});
  await hooks(" ".repeat(webhookBytes + 1));
  for (const row of futureRows) {
    const request = requestOf(row);
    await answered(server, request);
    await answered(server, { ...request, method: "DELETE" });
    for (const [name, { invalid }] of Object.entries(row.parameters))
      await answered(server, requestOf(row, { path: { [name]: invalid[0]! } }));
    await answered(server, request, { ...browser, Host: "elsewhere.example" });
    await answered(server, request, { ...browser, Origin: "https://elsewhere.example" });
  }
  // One body and one stream take all places.
  const slow = await RawConnection.open(server.port);
  const target = "/admin/webhooks/one";
  await slow.send(headOf({ method: "PUT", target, headers: [...headers, ["Content-Length", "100"]] }));
  await until(async () => (await hooks(JSON.stringify(hook))) === 429);
  const silent = await silentReader(server);
  await until(async () => (await answered(server, { method: "GET", target: "/admin/events" })) === 429);
  const missed = () => obligations(futureRows).filter((obligation) => !server.met.has(obligation));
  await until(() => missed().length === 0).catch(() => expect(missed()).toEqual([]));
  silent.cut();
  slow.cut();
});

/** Sends a request, and returns the status of the reply. */
async function answered(
  { url }: TableServer,
  { method, target, body }: RawRequest,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const leaving = new AbortController();
  const options = { method, headers, redirect: "manual", signal: leaving.signal } as const;
  const { status } = await fetch(url + target, { ...options, ...(body && { body: Buffer.from(body) }) });
  leaving.abort();
  return status;
}
