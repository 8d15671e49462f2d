/** JSON bodies, from end to end. No operation of the API has one yet, so the tests have their own row. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Reply } from "../../src/api/handler-types.ts";
import { mismatchOf } from "../../src/api/mismatch.ts";
import { httpLimits } from "../../src/http/limits.ts";
import { futureTable, webhookBytes, type FutureTable } from "../support/future-rows.ts";
import { hook, serveFuture } from "../support/future-server.ts";
import { patienceMs } from "../support/patience.ts";
import { chunkOf, headOf, RawConnection } from "../support/raw.ts";
import { mismatchInReply } from "../support/reply-schema.ts";
import type { TableServer } from "../support/table-server.ts";

setDefaultTimeout(patienceMs);

function put({ url }: TableServer, body: string | Uint8Array, type: string | undefined = "application/json") {
  return fetch(`${url}/admin/webhooks/first`, {
    method: "PUT",
    body: Buffer.from(body as Uint8Array),
    headers: type === "" ? {} : { "Content-Type": type },
  });
}

interface Refusal {
  readonly errors: readonly { readonly code: string; readonly message: string; readonly detail: unknown }[];
}

test("the type of a JSON reply follows from the schema of its success", () => {
  const { content } = futureTable.webhookPut.successes.stored;
  const right: Reply<FutureTable["webhookPut"]> = { outcome: "stored", headers: {}, body: { name: "a", retries: 3 } };
  // @ts-expect-error: the number of retries is an integer
  const wrong: Reply<FutureTable["webhookPut"]> = { outcome: "stored", headers: {}, body: { name: "a", retries: "3" } };
  const mismatches = [right, wrong].map(({ body }) => mismatchOf(content["application/json"]!, body)?.pointer);
  expect(mismatches).toEqual([undefined, "/retries"]);
});

describe("a JSON body", () => {
  test("reaches the handler as a value, and the reply matches the schema of its success", async () => {
    await using server = await serveFuture();
    for (const type of ["application/json", "Application/JSON; charset=utf-8"]) {
      const reply = await put(server, JSON.stringify({ ...hook, retries: 7, labels: { team: "a" }, note: null }), type);
      expect(reply.status).toBe(201);
      expect(await mismatchInReply(futureTable.webhookPut, reply.clone())).toBeUndefined();
      expect(await reply.json()).toEqual({ name: "first 1", retries: 7 });
    }
  });

  test.each([
    ["text", "text/plain"],
    ["another JSON type", "application/vnd.example+json"],
    ["what is no media type", "json"],
    ["none", ""],
  ])("of another media type is refused with 415: %s", async (_, type) => {
    await using server = await serveFuture();
    const reply = await put(server, JSON.stringify(hook), type);
    expect(reply.status).toBe(415);
    const { errors } = (await reply.json()) as Refusal;
    expect(errors).toEqual([
      expect.objectContaining({ code: "UNSUPPORTED", detail: { expected: "application/json" } }),
    ]);
  });

  const deep = "[".repeat(httpLimits.jsonBodyDepth + 1) + "]".repeat(httpLimits.jsonBodyDepth + 1);
  test.each<[string, string | Uint8Array, string]>([
    ["no JSON", "{", "not valid JSON"],
    ["nothing", "", "not valid JSON"],
    ["two values", "{} {}", "not valid JSON"],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "not valid UTF-8"],
    ["a key twice", '{"url":"https://a","url":"https://b","events":["push"]}', "duplicate key"],
    ["a key twice, once escaped", '{"url":"https://a","\\u0075rl":"https://b","events":["push"]}', "duplicate key"],
    ["too deep", deep, `nested deeper than ${httpLimits.jsonBodyDepth} levels`],
  ])("that cannot be read is refused with the reason: %s", async (_, body, reason) => {
    await using server = await serveFuture();
    const reply = await put(server, body);
    expect(reply.status).toBe(400);
    const { errors } = (await reply.json()) as Refusal;
    expect(errors).toEqual([
      expect.objectContaining({ code: "UNSUPPORTED", message: expect.stringContaining(reason) }),
    ]);
  });

  test.each<[string, object, string, string]>([
    ["no object", [], "", "an object"],
    ["a missing field", { url: hook.url }, "", 'a field "events"'],
    ["another type", { ...hook, retries: "7" }, "/retries", "an integer"],
    ["out of range", { ...hook, retries: 11 }, "/retries", "at most 10"],
    ["no value of a list", { ...hook, events: ["push", "pull"] }, "/events/1", 'one of "push", "delete"'],
    ["an unknown field", { ...hook, "a/b": 1 }, "/a~1b", "no such field"],
    ["a look-alike field", { ...hook, Url: hook.url }, "/Url", 'is read as "url"'],
    ["of a map", { ...hook, labels: { team: 1 } }, "/labels/team", "a string"],
  ])("that does not match is refused with the place: %s", async (_, body, pointer, expected) => {
    await using server = await serveFuture();
    const reply = await put(server, JSON.stringify(body));
    expect(reply.status).toBe(400);
    const { errors } = (await reply.json()) as Refusal;
    expect(errors).toEqual([
      expect.objectContaining({
        code: "UNSUPPORTED",
        message: expect.stringContaining(`"${pointer}"`),
        detail: { pointer, expected: expect.stringContaining(expected) },
      }),
    ]);
  });

  test("is not quoted in the refusal or in the log, because a value may be a password", async () => {
    await using server = await serveFuture();
    const reply = await put(server, JSON.stringify({ ...hook, note: { password: "s3cret" }, retries: "s3cret" }));
    expect(await reply.text()).not.toContain("s3cret");
    expect(JSON.stringify(server.recorder.events)).not.toContain("s3cret");
  });

  test("of more bytes than the row allows is refused, with and without an announced length", async () => {
    await using server = await serveFuture();
    const large = JSON.stringify({ ...hook, note: "x".repeat(webhookBytes) });
    expect((await put(server, large)).status).toBe(413);
    const headers = [["Content-Type", "application/json"]] as const;
    const connection = await RawConnection.open(server.port);
    const head = { method: "PUT", target: "/admin/webhooks/first" };
    await connection.send(headOf({ ...head, headers: [...headers, ["Transfer-Encoding", "chunked"]] }));
    await connection.send(chunkOf(Buffer.from(large)));
    expect((await connection.response("PUT"))?.status).toBe(413);
    connection.cut();
  });
});
