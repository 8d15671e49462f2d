/**
 * Limits of the resources that all requests use together. Slow senders are ended first. Other requests wait for a short
 * time, and then are 429.
 */
import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rows, table } from "../../src/api/table.ts";
import { configLimits } from "../../src/config/limits.ts";
import { httpLimits } from "../../src/http/limits.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import type { Budgets } from "../../src/http/budgets.ts";
import { blobOf, imageOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest } from "../support/prepared.ts";
import { pushBlob, pushImage, putManifest } from "../support/push.ts";
import { ask, chunkOf, headOf, RawConnection, rawCodesOf } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { requestOf } from "../support/requests.ts";
import { Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/budgets";
/** Clients count as slow earlier than by default, so that the tests need not wait. */
/** The number of bytes from which a blob needs a place. */
const some = httpLimits.bodyReadAtOnceBytes + 1;
const impatient: Partial<Budgets> = { slowAfterMs: 50 };

let registry: TestRegistry | undefined;
let open: RawConnection[] = [];
afterEach(async () => {
  for (const one of open) one.cut();
  open = [];
  await registry?.dispose();
  registry = undefined;
});

async function start(budgets: Partial<Budgets>): Promise<TestRegistry> {
  registry = await startRegistry({ inlineBlobBytes: 0, budgets });
  return registry;
}

/** Sends a head and the beginning of a body, and nothing more. */
async function hold(port: number, head: Parameters<typeof headOf>[0], first: Uint8Array): Promise<RawConnection> {
  const one = await RawConnection.open(port);
  open.push(one);
  await one.send(headOf(head));
  await one.send(first);
  return one;
}

function manifestOfSize(config: ReturnType<typeof blobOf>, bytes: number) {
  const empty = imageOf(config, [], { annotations: { filler: "" } });
  return imageOf(config, [], { annotations: { filler: "x".repeat(bytes - empty.bytes.length) } });
}

const putTag = (tag: string, headers: [string, string][]) => {
  const { method, target } = requestOf(table.manifestPutByTag, { path: { name, tag } });
  return { method, target, headers };
};

describe("H1 a manifest can be pushed while other clients send theirs slowly", () => {
  test("eight chunked manifests of which one byte has arrived", async () => {
    const { url, port } = await start(impatient);
    const { manifest } = await pushImage(url, name, "v1");
    for (let count = 0; count < 8; count += 1) {
      await hold(port, putTag("held", [["Transfer-Encoding", "chunked"]]), chunkOf(Buffer.from("{")));
    }
    for (let count = 0; count < 10; count += 1) {
      expect((await putManifest(url, name, `t${count}`, manifest)).status).toBe(201);
    }
  });

  test("eight manifests that announce 4 MiB and have sent one byte; a large manifest is accepted too", async () => {
    const { url, port } = await start(impatient);
    const { config } = await pushImage(url, name, "v1");
    const length: [string, string] = ["Content-Length", String(ociLimits.manifestBytes)];
    for (let count = 0; count < 8; count += 1) await hold(port, putTag("held", [length]), Buffer.from("{"));
    expect((await putManifest(url, name, "large", manifestOfSize(config, ociLimits.manifestBytes))).status).toBe(201);
  });

  test("all places are used by manifests of more than 64 KiB: the slowest is refused with the reason", async () => {
    const { url, port } = await start(impatient);
    const { config, manifest } = await pushImage(url, name, "v1");
    const length: [string, string] = ["Content-Length", String(ociLimits.manifestBytes)];
    const sent = Buffer.alloc(2 * ociLimits.manifestReadAtOnceBytes, " ");
    const held: RawConnection[] = [];
    const places = httpLimits.largeBodyBytes / ociLimits.manifestBytes;
    for (let count = 0; count < places; count += 1) held.push(await hold(port, putTag("held", [length]), sent));
    expect((await putManifest(url, name, "small", manifest)).status).toBe(201);
    expect((await putManifest(url, name, "large", manifestOfSize(config, ociLimits.manifestBytes))).status).toBe(201);
    const refused = await Promise.race(held.map((one) => one.response("PUT")));
    expect(refused?.status).toBe(429);
    expect(rawCodesOf(refused!)).toEqual(["TOOMANYREQUESTS"]);
    expect(refused!.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
    expect(refused!.headers.get("connection")).toBe("close");
  });

  test("short manifests that use all the room for short ones", async () => {
    const { url, port } = await start({ ...impatient, smallBodyBytes: 64_000 });
    const { manifest } = await pushImage(url, name, "v1");
    for (let count = 0; count < 8; count += 1) {
      await hold(port, putTag("held", [["Content-Length", "8000"]]), Buffer.from("{"));
    }
    expect((await putManifest(url, name, "small", manifest)).status).toBe(201);
  });
});

describe("M9 a blob can be pushed while other uploads use all places", () => {
  test("slow uploads: the slowest is refused with the reason, and its session keeps the bytes that have arrived", async () => {
    const { url, port } = await start({ ...impatient, blobWrites: 4 });
    const headers: [string, string][] = [["Content-Length", "1000000"]];
    const slow: { readonly upload: Upload; readonly one: RawConnection }[] = [];
    for (let count = 0; count < 4; count += 1) {
      const upload = await Upload.start(url, name);
      const one = await hold(port, { method: "PATCH", target: upload.location, headers }, Buffer.alloc(some, "x"));
      slow.push({ upload, one });
    }
    for (let count = 0; count < 10; count += 1) await pushBlob(url, name, blobOf(`honest ${count}`, 100_000));
    const refusals = slow.map(async ({ upload, one }) => ({ upload, refused: await one.response("PATCH") }));
    const { upload, refused } = await Promise.race(refusals);
    expect([refused?.status, rawCodesOf(refused!)]).toEqual([429, ["TOOMANYREQUESTS"]]);
    expect(refused!.headers.get("connection")).toBe("close");
    expect((await upload.status()).headers.get("range")).toBe(`0-${some - 1}`);
    const rest = blobOf("rest", 10);
    expect((await upload.patch(rest.bytes, `${some}-${some + 9}`)).status).toBe(202);
  });

  test("uploads that are not slow: one more waits until one of them has ended", async () => {
    const { url, port } = await start({ blobWrites: 1, slowAfterMs: patienceMs });
    const first = await Upload.start(url, name);
    const headers: [string, string][] = [["Content-Length", String(some + 1)]];
    const one = await hold(port, { method: "PATCH", target: first.location, headers }, Buffer.alloc(some, "x"));
    const { bytes, digest } = blobOf("waits", some);
    const second = fetch(`${url}/v2/${name}/blobs/uploads/?digest=${digest}`, { method: "POST", body: bytes });
    await Bun.sleep(50);
    await one.send(Buffer.from("x"));
    expect((await one.response("PATCH"))?.status).toBe(202);
    expect((await second).status).toBe(201);
  });

  test("any number of uploads of one byte: none of them is ended", async () => {
    const { url, port } = await start({ ...impatient, blobWrites: 1 });
    const { method, target } = requestOf(table.uploadMonolithic, { path: { name } });
    const head = { method, target, headers: [["Content-Length", "1000000"]] as [string, string][] };
    for (let count = 0; count < 20; count += 1) await hold(port, head, Buffer.from("x"));
    for (let count = 0; count < 5; count += 1) await pushBlob(url, name, blobOf(`honest ${count}`, 100_000));
    for (const one of open) await one.send("x");
    expect(await Promise.race([...open.map((one) => one.response(method)), Bun.sleep(200)])).toBeUndefined();
  });
});

describe("LIM-08 SPEC-RETRY-01 code-14 a request beyond a limit is 429 with Retry-After", () => {
  test("request bodies, for every row with a body", async () => {
    const full = { bodies: 0, bodiesWaiting: 0 };
    const { port } = await start(full);
    for (const row of rows.filter(({ body }) => body.kind !== "none")) {
      const refused = await ask(port, requestOf(row));
      expect([row.id, refused.status, rawCodesOf(refused)]).toEqual([row.id, 429, ["TOOMANYREQUESTS"]]);
      expect(refused.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
    }
    expect((await ask(port, { method: "GET", target: "/v2/_catalog" })).status).toBe(200);
  });

  test("a request that gets no place in time", async () => {
    const { port } = await start({ bodies: 0, waitMs: 20 });
    expect((await ask(port, requestOf(table.uploadMonolithic))).status).toBe(429);
  });
});

describe("reports 7 a client that stops sending its body", () => {
  const bodies = rows.filter(({ body }) => body.kind !== "none");

  test("is answered 408 after the time of the setting, and the connection is closed", async () => {
    registry = await startRegistry({ settings: { uploadSilence: 1 } });
    const { url, port } = registry;
    const started = await Promise.all(
      bodies.map(async (row) => {
        const upload = await Upload.start(url, name);
        const { method, target } = requestOf(row, { path: { name, session: upload.location.split("/").at(-1)! } });
        const chunked = row.body.kind === "stream";
        const headers: [string, string][] = [chunked ? ["Transfer-Encoding", "chunked"] : ["Content-Length", "100000"]];
        const one = await hold(
          port,
          { method, target, headers },
          chunked ? chunkOf(Buffer.from("abcd")) : Buffer.from("{"),
        );
        return { row, method, one, upload };
      }),
    );
    for (const { row, method, one, upload } of started) {
      const reply = await one.response(method);
      const code = row.dialect === "2014" ? "INVALID_LENGTH" : "SIZE_INVALID";
      expect([row.id, reply?.status, rawCodesOf(reply!)]).toEqual([row.id, 408, [code]]);
      expect(reply!.headers.get("connection")).toBe("close");
      expect(await one.response(method)).toBeUndefined();
      if (row.id === "upload-append") expect((await upload.status()).headers.get("range")).toBe("0-3");
    }
  });

  test("is answered 408 also if its body is short", async () => {
    registry = await startRegistry({ settings: { uploadSilence: 1 } });
    const { port } = registry;
    const { method, target } = requestOf(table.uploadMonolithic, { path: { name } });
    const one = await hold(port, { method, target, headers: [["Content-Length", "100"]] }, Buffer.from("x"));
    expect((await one.response(method))?.status).toBe(408);
  });

  test("may be silent for more than a minute if no other client needs its place", () => {
    expect(configLimits.uploadSilenceSeconds).toBeGreaterThanOrEqual(300);
  });
});

describe("H2 large replies", () => {
  test("M8 large replies of every kind are 429 if neither the disk nor the memory has room", async () => {
    const full = { replyInMemoryBytes: 1, replyFileBytes: 0, replyFallbackBytes: 0 };
    const { port, url } = await start(full);
    const prepared = await prepare({ url }, name);
    const kinds = ["manifest-get-tag", "manifest-get-digest", "tag-list", "catalog", "referrer-list", "tag-history"];
    const found = rows.filter(
      ({ id, method }) => method === "GET" && (kinds.includes(id) || id === "legacy-manifest-get"),
    );
    expect(found.length).toBeGreaterThanOrEqual(kinds.length);
    for (const row of found) {
      const refused = await ask(port, succeedingRequest(row, prepared));
      expect([row.id, refused.status]).toEqual([row.id, 429]);
      expect(refused.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
    }
  });
});
