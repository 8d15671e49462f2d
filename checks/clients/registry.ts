// The registry under test: a started one as users start it, or one that is already running. The cases read its state
// over HTTP, never from its files.
import { createServer } from "node:net";
import { join } from "node:path";
import { lading } from "../../test/support/command.ts";
import { assert, assertEqual } from "./assertions.ts";
import { Daemon } from "./daemon.ts";
import { Endpoint, PLAIN } from "./endpoint.ts";
import { digestLike, digestOfBytes, type Descriptor, type ImageIndex, type ImageManifest } from "./layout.ts";
import type { Workplace } from "./workplace.ts";

const READY_WITHIN_MS = 20_000;

const ACCEPTED_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ");

export class Registry {
  readonly endpoint: Endpoint;
  private readonly daemon: Daemon | undefined;

  private constructor(endpoint: Endpoint, daemon: Daemon | undefined) {
    this.endpoint = endpoint;
    this.daemon = daemon;
  }

  /** Whether this run has started the registry, with the settings that the cases need. */
  get isOwn(): boolean {
    return this.daemon !== undefined;
  }

  static async start(place: Workplace): Promise<Registry> {
    const endpoint = new Endpoint(`127.0.0.1:${await freePort()}`, PLAIN, place.folder("certificates"));
    const data = place.folder("registry");
    const daemon = await Daemon.start({
      // The setting for old clients changes nothing for current ones, so all of them run with it.
      command: [...lading, "serve", "--listen", endpoint.host, "--data", data, "--schema1-conversion", "on"],
      env: place.env,
      logFile: join(place.root, "registry.log"),
      isReady: () => answersOk(endpoint, "/readyz"),
      readyWithinMs: READY_WITHIN_MS,
    });
    return new Registry(endpoint, daemon);
  }

  static async use(endpoint: Endpoint): Promise<Registry> {
    assert(await answersOk(endpoint, "/v2/"), `nothing answers 200 at ${endpoint.url("/v2/")}`);
    return new Registry(endpoint, undefined);
  }

  async stop(): Promise<void> {
    await this.daemon?.stop();
  }

  /** The path of something in a repository. */
  pathOf(repository: string, path: string): string {
    return `/v2/${this.endpoint.nameOf(repository)}/${path}`;
  }

  /** A request for something in a repository. */
  request(repository: string, path: string, init: RequestInit = {}): Promise<Response> {
    return this.endpoint.fetch(this.pathOf(repository, path), init);
  }

  /** The digest of a reference, computed from the bytes and compared with every header that states it. */
  async resolve(repository: string, reference: string): Promise<string> {
    return (await this.manifest(repository, reference)).digest;
  }

  async manifest(
    repository: string,
    reference: string,
  ): Promise<{ digest: string; body: Uint8Array; document: ImageManifest | ImageIndex }> {
    const path = `manifests/${reference}`;
    const headers = { accept: ACCEPTED_TYPES };
    const got = await this.request(repository, path, { headers });
    const body = await got.bytes();
    assertEqual(`status of GET ${repository} ${path}`, got.status, 200);
    const stated = got.headers.get("docker-content-digest") ?? "none";
    const digest = digestLike(stated, body);
    assertEqual(`Docker-Content-Digest of GET ${repository} ${path}`, stated, digest);
    const head = await this.request(repository, path, { method: "HEAD", headers });
    assertEqual(`status of HEAD ${repository} ${path}`, head.status, 200);
    assertEqual(
      `Docker-Content-Digest of HEAD ${repository} ${path}`,
      head.headers.get("docker-content-digest"),
      digest,
    );
    assertEqual(
      `Content-Length of HEAD ${repository} ${path}`,
      head.headers.get("content-length"),
      String(body.length),
    );
    return { digest, body, document: JSON.parse(new TextDecoder().decode(body)) as ImageManifest | ImageIndex };
  }

  async imageManifest(repository: string, reference: string): Promise<ImageManifest & { digest: string }> {
    const { digest, document } = await this.manifest(repository, reference);
    assert("config" in document, `${repository}:${reference} is an index and not an image`);
    return { ...document, digest };
  }

  async index(repository: string, reference: string): Promise<ImageIndex> {
    const { document } = await this.manifest(repository, reference);
    assert("manifests" in document, `${repository}:${reference} is an image and not an index`);
    return document;
  }

  /** Throws unless GET and HEAD both answer 404. */
  async assertManifestAbsent(repository: string, reference: string): Promise<void> {
    const path = `manifests/${reference}`;
    for (const method of ["GET", "HEAD"]) {
      const reply = await this.request(repository, path, { method, headers: { accept: ACCEPTED_TYPES } });
      const body = await reply.text();
      assertEqual(`status of ${method} ${repository} ${path}`, reply.status, 404);
      if (method === "GET") assert(body.includes("MANIFEST_UNKNOWN"), `GET ${repository} ${path} says ${body}`);
    }
  }

  async tags(repository: string): Promise<string[]> {
    const reply = await this.request(repository, "tags/list");
    const body = (await reply.json()) as { tags?: string[] };
    return body.tags ?? [];
  }

  /** A blob's bytes, which are those of its digest. */
  async blob(repository: string, digest: string): Promise<Uint8Array> {
    const reply = await this.request(repository, `blobs/${digest}`);
    const bytes = await reply.bytes();
    assertEqual(`status of GET ${repository} blobs/${digest}`, reply.status, 200);
    assertEqual(`digest of what GET ${repository} blobs/${digest} gave`, digestLike(digest, bytes), digest);
    return bytes;
  }

  async putBlob(repository: string, bytes: Uint8Array): Promise<void> {
    const path = `blobs/uploads/?digest=${digestOfBytes(bytes)}`;
    const headers = { "content-type": "application/octet-stream" };
    const reply = await this.request(repository, path, { method: "POST", headers, body: Uint8Array.from(bytes) });
    assertEqual(`status of POST ${repository} ${path}: ${await reply.text()}`, reply.status, 201);
  }

  /** What refers to a manifest, by the referrers endpoint. */
  async referrers(repository: string, digest: string): Promise<readonly Descriptor[]> {
    const reply = await this.request(repository, `referrers/${digest}`);
    assertEqual(`status of GET ${repository} referrers/${digest}`, reply.status, 200);
    return ((await reply.json()) as ImageIndex).manifests;
  }

  async putManifest(repository: string, reference: string, mediaType: string, body: string): Promise<void> {
    const path = `manifests/${reference}`;
    const reply = await this.request(repository, path, { method: "PUT", headers: { "content-type": mediaType }, body });
    assertEqual(`status of PUT ${repository} ${path}: ${await reply.text()}`, reply.status, 201);
  }

  async hasBlob(repository: string, blob: Descriptor): Promise<boolean> {
    const reply = await this.request(repository, `blobs/${blob.digest}`, { method: "HEAD" });
    return reply.status === 200 && reply.headers.get("content-length") === String(blob.size);
  }
}

async function answersOk(endpoint: Endpoint, path: string): Promise<boolean> {
  try {
    const reply = await endpoint.fetch(path);
    await reply.body?.cancel();
    return reply.status === 200;
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port for the probe"));
        else resolve(address.port);
      });
    });
  });
}
