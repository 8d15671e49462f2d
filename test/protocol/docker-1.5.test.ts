/**
 * Requests of Docker 1.5 for an image. It looks for each layer, pushes it uncompressed in one chunked PUT with its
 * tarsum, and pulls it by the tarsum. Then it sends the signed manifest, which names the layers in the same way. The
 * requests have only the header fields that its code of that time sets.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { loadSettings } from "../../src/config/load.ts";
import { signPayload } from "../../src/docker/schema1/sign.ts";
import { seededLayer, tarsumOf, type TarLayer } from "../support/layers.ts";
import { patienceMs } from "../support/patience.ts";
import { chunkOf, headOf, RawConnection, type RawResponse } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { payloadOf, signedAt, signingKeys } from "../support/schema1.ts";

setDefaultTimeout(patienceMs);

const name = "library/seed";
const publicAddress = "http://registry.example:5000";
const agent = ["User-Agent", "docker/1.5.0 go/go1.4.1 os/linux arch/amd64"] as const;
const compressible = ["Accept-Encoding", "gzip"] as const;

let registry: TestRegistry;
let connection: RawConnection;
beforeAll(async () => {
  // Docker 1.5 uses a Location unchanged.
  registry = await startRegistry({ settings: loadSettings(["--public-address", publicAddress], {}) });
  connection = await RawConnection.open(registry.port);
});
afterAll(async () => {
  connection.cut();
  await registry.dispose();
});

async function ask(method: string, target: string, headers: readonly (readonly [string, string])[] = []) {
  await connection.send(headOf({ method, target, headers: [agent, ...headers, compressible] }));
  return answered(method);
}

async function answered(method: string): Promise<RawResponse> {
  const response = (await connection.response(method))!;
  // Without this header, Docker 1.5 expects a registry of version 1.
  expect(response.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
  return response;
}

/** Returns whether the layer had to be sent. */
async function pushLayer({ bytes, tarsum }: TarLayer): Promise<boolean> {
  const head = await ask("HEAD", `/v2/${name}/blobs/${tarsum}`);
  if (head.status >= 200 && head.status < 400) return false;
  expect(head.status).toBe(404);

  const post = await ask("POST", `/v2/${name}/blobs/uploads/`, [["Content-Length", "0"]]);
  expect(post.status).toBe(202);
  const query = new URLSearchParams({ digest: tarsum });
  const { origin, pathname } = new URL(post.headers.get("location")!);
  expect(origin).toBe(publicAddress);
  const target = `${pathname}?${query}`;
  expect(target).toContain("digest=tarsum.v1%2Bsha256%3A");
  const headers = [agent, ["Transfer-Encoding", "chunked"], compressible] as const;
  await connection.send(headOf({ method: "PUT", target, headers }));
  for (let at = 0; at < bytes.length; at += 32 * 1024) {
    await connection.send(chunkOf(bytes.subarray(at, at + 32 * 1024)));
  }
  await connection.send("0\r\n\r\n");
  expect((await answered("PUT")).status).toBe(201);
  return true;
}

const layers = [seededLayer("base", new Uint8Array(300_000).fill(7)), seededLayer("middle"), seededLayer("top")];

/** A manifest with the top layer first. */
function manifest(): Uint8Array<ArrayBuffer> {
  const ids = layers.map((_, index) => String(index + 1).repeat(64));
  const history = ids.map((id, index) => ({
    v1Compatibility: JSON.stringify({ id, ...(index > 0 && { parent: ids[index - 1] }), os: "linux" }),
  }));
  const fsLayers = layers.map(({ tarsum }) => ({ blobSum: tarsum })).toReversed();
  const content = {
    name,
    tag: "latest",
    architecture: "amd64",
    fsLayers,
    history: history.toReversed(),
    schemaVersion: 1,
  };
  return Uint8Array.from(signPayload(payloadOf(content, "   "), signingKeys.ES256, signedAt));
}

test("UP-49 UP-41 the layers of an image are pushed, found by the next push, and pulled", async () => {
  expect((await ask("GET", "/v2/")).status).toBe(200);
  for (const layer of layers) expect(await pushLayer(layer)).toBe(true);
  for (const layer of layers) expect(await pushLayer(layer)).toBe(false);

  for (const { bytes, tarsum } of layers) {
    const { status, headers, body } = await ask("GET", `/v2/${name}/blobs/${tarsum}`);
    expect([status, headers.get("content-length")]).toEqual([200, String(bytes.length)]);
    // Docker compares the layer with the tarsum of its request.
    expect(tarsumOf(body)).toBe(tarsum);
    expect(Buffer.from(body).equals(bytes)).toBe(true);
  }
});

test("UP-49 MAN-09 the signed manifest is pushed without a Content-Type, and pulled unchanged", async () => {
  const signed = manifest();
  const target = `/v2/${name}/manifests/latest`;
  await connection.send(headOf({ method: "PUT", target, headers: [agent, ["Content-Length", String(signed.length)]] }));
  await connection.send(signed);
  expect((await answered("PUT")).status).toBe(201);

  const { status, body } = await ask("GET", target);
  expect(status).toBe(200);
  expect(Buffer.from(body).equals(signed)).toBe(true);
  const list = await ask("GET", `/v2/${name}/tags/list`);
  expect(JSON.parse(Buffer.from(list.body).toString())).toEqual({ name, tags: ["latest"] });
});
