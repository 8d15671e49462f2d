import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { connect } from "node:net";
import { Tap } from "./tap.ts";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  development: false,
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (request.method === "PATCH")
      return new Response(null, { status: 202, headers: { range: `0-${await size(request)}` } });
    if (request.method === "POST") return new Response(null, { status: 201 });
    return pathname.endsWith("/large") ? new Response(new Uint8Array(4_000_000)) : new Response("", { status: 404 });
  },
});
afterAll(() => server.stop(true));

async function size(request: Request): Promise<number> {
  return (await request.arrayBuffer()).byteLength - 1;
}

let tap: Tap;
beforeEach(async () => {
  tap = await Tap.start(() => connect(server.port ?? 0, "127.0.0.1"));
});
afterEach(() => tap.stop());

test("the tap records every request with its status, in order, over one connection", async () => {
  await fetch(`http://${tap.host}/v2/a/blobs/sha256:1`, { method: "HEAD" });
  await fetch(`http://${tap.host}/v2/a/blobs/uploads/?mount=sha256%3A1`, { method: "POST" });
  const body = new Uint8Array(3_000_000);
  const reply = await fetch(`http://${tap.host}/v2/a/blobs/uploads/1`, { method: "PATCH", body });
  expect(reply.headers.get("range")).toBe("0-2999999");
  const large = await fetch(`http://${tap.host}/v2/a/blobs/large`);
  expect((await large.arrayBuffer()).byteLength).toBe(4_000_000);
  expect(tap.requests).toEqual([
    { method: "HEAD", target: "/v2/a/blobs/sha256:1", status: 404 },
    { method: "POST", target: "/v2/a/blobs/uploads/?mount=sha256%3A1", status: 201 },
    { method: "PATCH", target: "/v2/a/blobs/uploads/1", status: 202 },
    { method: "GET", target: "/v2/a/blobs/large", status: 200 },
  ]);
  expect(tap.blobUploads().map(({ method }) => method)).toEqual(["POST", "PATCH"]);
});

test("the tap cuts a matching upload once, and no other", async () => {
  const upload = (): Promise<Response> =>
    fetch(`http://${tap.host}/v2/a/blobs/uploads/1`, { method: "PATCH", body: new Uint8Array(3_000_000) });
  tap.cutOnce({ direction: "upload", afterBytes: 1_000_000, matching: /^PATCH / });
  expect((await fetch(`http://${tap.host}/v2/a/blobs/large`)).status).toBe(200);
  expect(tap.cutsMade).toBe(0);
  const outcome = await upload().then(
    () => "answered",
    () => "broken off",
  );
  expect(outcome).toBe("broken off");
  expect(tap.cutsMade).toBe(1);
  expect((await upload()).status).toBe(202);
});

test("the tap cuts a download in the middle of its body", async () => {
  tap.cutOnce({ direction: "download", afterBytes: 1_000_000, matching: /^GET .*\/large$/ });
  const reply = await fetch(`http://${tap.host}/v2/a/blobs/large`);
  expect(reply.status).toBe(200);
  const outcome = await reply.arrayBuffer().then(
    () => "whole",
    () => "broken off",
  );
  expect(outcome).toBe("broken off");
  expect(tap.cutsMade).toBe(1);
});
