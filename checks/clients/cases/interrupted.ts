// Interrupted transfers: resumed by plain requests as the specification says, and by the clients that can resume.
import { assert, assertEqual } from "../assertions.ts";
import { DockerClient } from "../clients/docker.ts";
import { RegctlClient } from "../clients/regctl.ts";
import type { CaseContext } from "../context.ts";
import type { ImageSource } from "../images.ts";
import { blobFile, digestOfBytes, type Descriptor, type ImageManifest, type Layout } from "../layout.ts";
import { pullAndCompare } from "./pulled.ts";

const MEGABYTE = 1024 * 1024;
const REPOSITORY = "interrupted/by-hand";

export async function interruptedCases(context: CaseContext): Promise<void> {
  let uploaded: ImageSource | undefined;
  await context.cases.test(
    "an upload cut in the middle continues from the offset that the registry states",
    async () => {
      const source = await context.inputs.busybox("interrupted");
      const layout = await context.inputs.layout(source, { compress: false });
      const manifest = JSON.parse(await layoutBlob(layout, layout.manifest).text()) as ImageManifest;
      const cut = manifest.layers.reduce((largest, layer) => (layer.size > largest.size ? layer : largest));
      for (const blob of [manifest.config, ...manifest.layers]) {
        const bytes = await layoutBlob(layout, blob).bytes();
        if (blob === cut) await uploadWithCut(context, blob, bytes);
        else await uploadWhole(context, blob, bytes);
      }
      const body = await layoutBlob(layout, layout.manifest).text();
      await context.registry.putManifest(REPOSITORY, "made", layout.manifest.mediaType, body);
      assertEqual("digest", await context.registry.resolve(REPOSITORY, "made"), layout.manifest.digest);
      uploaded = source;
    },
  );
  await context.cases.test("every client pulls what was resumed", async () => {
    assert(uploaded !== undefined, "the upload failed");
    for (const client of context.clients) {
      await client.forget();
      await pullAndCompare(context, client, { repository: REPOSITORY, reference: "made", source: uploaded });
    }
  });
  await context.test("regctl pushes in chunks", [RegctlClient], (regctl) => pushInChunks(context, regctl, false));
  await context.test("regctl resumes a chunked push after a cut", [RegctlClient], (regctl) =>
    pushInChunks(context, regctl, true),
  );
  await context.test("docker pushes through a cut connection", [DockerClient], (docker) =>
    context.withTap(async (tap) => {
      const source = await context.inputs.busybox("cut-docker-push");
      await docker.load(source);
      tap.cutOnce({ direction: "upload", afterBytes: 256 * 1024, matching: /^PATCH / });
      const reported = await docker.push(source.name, context.reference("interrupted/docker", "made", tap));
      assertEqual("connections cut", tap.cutsMade, 1);
      assertEqual("digest", await context.registry.resolve("interrupted/docker", "made"), reported);
      await docker.forget();
      await pullAndCompare(context, docker, { repository: "interrupted/docker", reference: "made", source });
    }),
  );
  await context.test("docker resumes a pull after a cut", [DockerClient], (docker) =>
    context.withTap(async (tap) => {
      const source = await context.inputs.busybox("cut-docker-pull");
      const pusher = context.quickest();
      await pusher.load(source);
      const reported = await pusher.push(source.name, context.reference("interrupted/pull", "made"));
      await docker.forget();
      tap.cutOnce({ direction: "download", afterBytes: 256 * 1024, matching: /^GET .*\/blobs\// });
      const pulled = await docker.pull(context.reference("interrupted/pull", "made", tap));
      assertEqual("connections cut", tap.cutsMade, 1);
      assertEqual("digest", pulled.manifestDigest, reported);
      const partial = tap.requests.filter(({ status }) => status === 206);
      assert(partial.length > 0, "docker started again instead of asking for the rest");
    }),
  );
}

/** POST, half by PATCH, a PATCH whose connection dies, GET for the offset, the rest by PATCH, PUT. */
async function uploadWithCut(context: CaseContext, blob: Descriptor, bytes: Uint8Array): Promise<void> {
  assert(bytes.length > MEGABYTE, `the largest layer has ${bytes.length} bytes only`);
  const half = Math.floor(bytes.length / 2);
  let location = await startUpload(context);
  location = await patch(context, location, bytes, 0, half);
  const sent = half + Math.floor((bytes.length - half) / 2);
  await patchAndCut(context, location, bytes, half, sent);
  const status = await context.registry.endpoint.fetch(location);
  assertEqual("status of the upload's status", status.status, 204);
  const range = status.headers.get("range") ?? "";
  const offset = Number(/^0-(\d+)$/.exec(range)?.[1] ?? Number.NaN) + 1;
  assert(offset >= half && offset <= sent, `Range ${range} after ${half} bytes acknowledged and ${sent} sent`);
  location = pathOf(status.headers.get("location") ?? location);
  location = await patch(context, location, bytes, offset, bytes.length);
  await finishUpload(context, location, blob);
}

async function uploadWhole(context: CaseContext, blob: Descriptor, bytes: Uint8Array): Promise<void> {
  const location = await patch(context, await startUpload(context), bytes, 0, bytes.length);
  await finishUpload(context, location, blob);
}

async function startUpload(context: CaseContext): Promise<string> {
  const reply = await context.registry.request(REPOSITORY, "blobs/uploads/", { method: "POST" });
  assertEqual("status of POST", reply.status, 202);
  return pathOf(reply.headers.get("location") ?? "");
}

async function patch(
  context: CaseContext,
  location: string,
  bytes: Uint8Array,
  start: number,
  end: number,
): Promise<string> {
  const headers = { "content-type": "application/octet-stream", "content-range": `${start}-${end - 1}` };
  const body = Uint8Array.from(bytes.subarray(start, end));
  const reply = await context.registry.endpoint.fetch(location, { method: "PATCH", headers, body });
  assertEqual(`status of PATCH ${start}-${end - 1}: ${await reply.text()}`, reply.status, 202);
  assertEqual("Range after PATCH", reply.headers.get("range"), `0-${end - 1}`);
  return pathOf(reply.headers.get("location") ?? "");
}

/** Announces the rest of the blob, sends only a part of it, and closes the connection without notice. */
function patchAndCut(
  context: CaseContext,
  location: string,
  bytes: Uint8Array,
  start: number,
  end: number,
): Promise<void> {
  const { endpoint } = context.registry;
  const head = [
    `PATCH ${location} HTTP/1.1`,
    `Host: ${endpoint.host}`,
    "Content-Type: application/octet-stream",
    `Content-Range: ${start}-${bytes.length - 1}`,
    `Content-Length: ${bytes.length - start}`,
    "",
    "",
  ].join("\r\n");
  return new Promise((resolve, reject) => {
    const socket = endpoint.connect(() => {
      socket.write(head);
      socket.write(bytes.subarray(start, end), () => socket.resetAndDestroy());
    });
    socket.on("error", reject);
    socket.on("close", () => resolve());
  });
}

async function finishUpload(context: CaseContext, location: string, blob: Descriptor): Promise<void> {
  const separator = location.includes("?") ? "&" : "?";
  const target = `${location}${separator}digest=${encodeURIComponent(blob.digest)}`;
  const reply = await context.registry.endpoint.fetch(target, { method: "PUT" });
  assertEqual(`status of PUT: ${await reply.text()}`, reply.status, 201);
  const got = await context.registry.request(REPOSITORY, `blobs/${blob.digest}`);
  assertEqual("digest of the blob read back", digestOfBytes(await got.bytes()), blob.digest);
}

function pathOf(location: string): string {
  const url = new URL(location, "http://registry.invalid");
  return `${url.pathname}${url.search}`;
}

function layoutBlob(layout: Layout, blob: Descriptor): ReturnType<typeof Bun.file> {
  return Bun.file(blobFile(layout.folder, blob.digest));
}

const CHUNK_BYTES = 256 * 1024;

async function pushInChunks(context: CaseContext, regctl: RegctlClient, withCut: boolean): Promise<void> {
  await context.withTap(async (tap) => {
    const repository = `interrupted/chunks-${withCut ? "cut" : "whole"}`;
    const layer = (await context.inputs.busybox("chunks")).layers.at(-1);
    assert(layer !== undefined, "no layer to send");
    const bytes = await Bun.file(layer.tarFile).bytes();
    await regctl.sendInChunks(tap.host, CHUNK_BYTES);
    if (withCut) tap.cutOnce({ direction: "upload", afterBytes: CHUNK_BYTES / 2, matching: /^PATCH / });
    const digest = await regctl.putBlob(context.repository(repository, tap), layer.tarFile);
    assertEqual("digest that regctl reports", digest, digestOfBytes(bytes));
    assertEqual("connections cut", tap.cutsMade, withCut ? 1 : 0);
    const sessions = tap.requests.filter(({ method, status }) => method === "POST" && status === 202);
    assertEqual("upload sessions begun", sessions.length, 1);
    const patches = tap.requests.filter(({ method, status }) => method === "PATCH" && status === 202);
    assert(patches.length >= Math.floor(bytes.length / CHUNK_BYTES), `only ${patches.length} PATCH requests`);
    const got = await context.registry.request(repository, `blobs/${digest}`);
    assertEqual("digest of the blob read back", digestOfBytes(await got.bytes()), digest);
  });
}
