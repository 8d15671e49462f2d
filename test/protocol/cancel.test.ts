/** Cancels an upload session while a request writes to it. One of the two wins, and the other leaves nothing behind. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { blobOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { headOf, RawConnection } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { until } from "../support/until.ts";
import { chunked, Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/cancelled";
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

function uploadFiles(): string[] {
  return readdirSync(join(registry.data, "storage", "uploads"));
}

function head({ digest }: Content): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/blobs/${digest}`, { method: "HEAD" });
}

async function active(): Promise<number> {
  const metrics = await (await fetch(`${registry.url}/metrics`)).text();
  return Number(/^lading_uploads_active (\d+)$/m.exec(metrics)![1]);
}

describe("M17 an upload session that is cancelled while its bytes arrive", () => {
  const length = 300_000;
  const query: Readonly<Record<string, string>> = { PATCH: "", PUT: `?digest=${blobOf("m17", length).digest}` };
  for (const method of ["PATCH", "PUT"]) {
    for (const sent of [0, 10, 100_000]) {
      test(`${method}, cancelled after ${sent} bytes: the request is 404 and leaves no file`, async () => {
        const upload = await Upload.start(registry.url, name);
        const { bytes } = blobOf("m17", length);
        const connection = await RawConnection.open(registry.port);
        const target = upload.location + query[method]!;
        await connection.send(headOf({ method, target, headers: [["Content-Length", String(length)]] }));
        await connection.send(bytes.slice(0, sent));
        await until(async () => (await active()) === 1);
        expect((await upload.cancel()).status).toBe(204);
        await connection.send(bytes.slice(sent));
        expect((await connection.response(method))?.status).toBe(404);
        expect(uploadFiles()).toEqual([]);
      });
    }
  }

  test("a PATCH whose connection breaks after the cancel leaves no file", async () => {
    const upload = await Upload.start(registry.url, name);
    const connection = await RawConnection.open(registry.port);
    const headers = [["Content-Length", String(length)]] as const;
    await connection.send(headOf({ method: "PATCH", target: upload.location, headers }));
    await connection.send(new Uint8Array(10));
    await until(async () => (await active()) === 1);
    expect((await upload.cancel()).status).toBe(204);
    await connection.send(new Uint8Array(50_000));
    connection.cut();
    await until(async () => (await active()) === 0);
    expect(uploadFiles()).toEqual([]);
  });
});

describe("L26 a cancel concurrent with a PUT", () => {
  const rounds = 60;
  const sizes = { short: 500, long: 40_000 };
  for (const [what, size] of Object.entries(sizes)) {
    test(`${what}: one of the two succeeds, and the other is 404`, async () => {
      for (let round = 0; round < rounds; round += 1) {
        const content = blobOf(`${what} ${round}`, size);
        const upload = await Upload.start(registry.url, name);
        if (round % 3 === 0) expect((await upload.patch(content.bytes.slice(0, 100))).status).toBe(202);
        const rest = content.bytes.slice(round % 3 === 0 ? 100 : 0);
        const put = upload.put(`digest=${content.digest}`, round % 2 === 0 ? rest : chunked(rest));
        // Cancels at every point of the PUT, as far as the test can choose it.
        for (let turns = 0; turns < round % 8; turns += 1) await Bun.sleep(0);
        const [cancelled, ended] = await Promise.all([upload.cancel(), put]);
        expect([204, 404]).toContain(cancelled.status);
        expect([round, ended.status]).toEqual([round, cancelled.status === 204 ? 404 : 201]);
        const loser = cancelled.status === 204 ? ended : cancelled;
        expect(await codesOf(loser)).toEqual(["BLOB_UPLOAD_UNKNOWN"]);
        expect((await head(content)).status).toBe(cancelled.status === 204 ? 404 : 200);
        expect((await upload.status()).status).toBe(404);
      }
      expect(uploadFiles()).toEqual([]);
    });
  }

  test("of two concurrent cancels, one is 204 and the other is 404", async () => {
    for (let round = 0; round < 20; round += 1) {
      const upload = await Upload.start(registry.url, name);
      if (round % 2 === 0) expect((await upload.patch("some")).status).toBe(202);
      const both = await Promise.all([upload.cancel(), upload.cancel()]);
      expect(new Set(both.map(({ status }) => status))).toEqual(new Set([204, 404]));
    }
  });
});
