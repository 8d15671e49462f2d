/** What requests may take of the registry together: slow senders give way, the others wait for a moment, and then are 429. */
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
/** Clients are slow sooner than in life, so that tests need not wait. */
/** Bytes of a blob that has to have a place. */
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

describe("H1 manifests are pushed while others hold theirs back", () => {
  test("eight chunked ones of which a byte has come", async () => {
    const { url, port } = await start(impatient);
    const { manifest } = await pushImage(url, name, "v1");
    for (let count = 0; count < 8; count += 1) {
      await hold(port, putTag("held", [["Transfer-Encoding", "chunked"]]), chunkOf(Buffer.from("{")));
    }
    for (let count = 0; count < 10; count += 1) {
      expect((await putManifest(url, name, `t${count}`, manifest)).status).toBe(201);
    }
  });

  test("eight that announce 4 MiB, of which a byte has come; also a large one is taken", async () => {
    const { url, port } = await start(impatient);
    const { config } = await pushImage(url, name, "v1");
    const length: [string, string] = ["Content-Length", String(ociLimits.manifestBytes)];
    for (let count = 0; count < 8; count += 1) await hold(port, putTag("held", [length]), Buffer.from("{"));
    expect((await putManifest(url, name, "large", manifestOfSize(config, ociLimits.manifestBytes))).status).toBe(201);
  });

  test("as many as there is room for, of which more than 64 KiB have come: the slowest gives way, and hears why", async () => {
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

  test("short ones that take all the room for short ones", async () => {
    const { url, port } = await start({ ...impatient, smallBodyBytes: 64_000 });
    const { manifest } = await pushImage(url, name, "v1");
    for (let count = 0; count < 8; count += 1) {
      await hold(port, putTag("held", [["Content-Length", "8000"]]), Buffer.from("{"));
    }
    expect((await putManifest(url, name, "small", manifest)).status).toBe(201);
  });
});

describe("M9 blobs are pushed while others hold all places", () => {
  test("by uploads of a byte: the slowest gives way, what arrived of it is kept, and it hears why", async () => {
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

  test("that are not slow: one more waits until one of them has ended", async () => {
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

  test("by uploads of a byte, of any number: none of them has to give way", async () => {
    const { url, port } = await start({ ...impatient, blobWrites: 1 });
    const { method, target } = requestOf(table.uploadMonolithic, { path: { name } });
    const head = { method, target, headers: [["Content-Length", "1000000"]] as [string, string][] };
    for (let count = 0; count < 20; count += 1) await hold(port, head, Buffer.from("x"));
    for (let count = 0; count < 5; count += 1) await pushBlob(url, name, blobOf(`honest ${count}`, 100_000));
    for (const one of open) await one.send("x");
    expect(await Promise.race([...open.map((one) => one.response(method)), Bun.sleep(200)])).toBeUndefined();
  });
});

describe("LIM-08 SPEC-RETRY-01 code-14 more than the registry takes is answered 429 with Retry-After", () => {
  test("bodies, in every row that has one", async () => {
    const full = { bodies: 0, bodiesWaiting: 0 };
    const { port } = await start(full);
    for (const row of rows.filter(({ body }) => body.kind !== "none")) {
      const refused = await ask(port, requestOf(row));
      expect([row.id, refused.status, rawCodesOf(refused)]).toEqual([row.id, 429, ["TOOMANYREQUESTS"]]);
      expect(refused.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
    }
    expect((await ask(port, { method: "GET", target: "/v2/_catalog" })).status).toBe(200);
  });

  test("a place that is not found in time", async () => {
    const { port } = await start({ bodies: 0, waitMs: 20 });
    expect((await ask(port, requestOf(table.uploadMonolithic))).status).toBe(429);
  });
});

describe("reports 7 a client that is silent in the middle of its body", () => {
  const bodies = rows.filter(({ body }) => body.kind !== "none");

  test("is answered 408 after the time that the operator allows, and the connection is closed", async () => {
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

  test("is answered 408 also where its body is short", async () => {
    registry = await startRegistry({ settings: { uploadSilence: 1 } });
    const { port } = registry;
    const { method, target } = requestOf(table.uploadMonolithic, { path: { name } });
    const one = await hold(port, { method, target, headers: [["Content-Length", "100"]] }, Buffer.from("x"));
    expect((await one.response(method))?.status).toBe(408);
  });

  test("may be silent for longer than a minute where nobody else needs its place", () => {
    expect(configLimits.uploadSilenceSeconds).toBeGreaterThanOrEqual(300);
  });
});

describe("H2 large replies", () => {
  test("M8 of every kind are 429 where there is no room for them, on the disk or in memory", async () => {
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
