// The registry under test: started here as a person would start it, or one that is already running. What the cases
// want to know of it they ask over HTTP, never through its files.
import { createServer } from "node:net";
import { join } from "node:path";
import { assert, assertEqual } from "./assertions.ts";
import { Daemon } from "./daemon.ts";
import { digestOfBytes, type Descriptor, type ImageIndex, type ImageManifest } from "./layout.ts";
import type { Workplace } from "./workplace.ts";

const READY_WITHIN_MS = 20_000;
const PROJECT_FOLDER = join(import.meta.dir, "..", "..");

const ACCEPTED_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ");

export class Registry {
  readonly host: string;
  private readonly daemon: Daemon | undefined;

  private constructor(host: string, daemon: Daemon | undefined) {
    this.host = host;
    this.daemon = daemon;
  }

  static async start(place: Workplace): Promise<Registry> {
    const host = `127.0.0.1:${await freePort()}`;
    const main = join(PROJECT_FOLDER, "src", "cli", "main.ts");
    const data = place.folder("registry");
    const daemon = await Daemon.start({
      command: [process.execPath, main, "serve", "--listen", host, "--data", data],
      env: place.env,
      logFile: join(place.root, "registry.log"),
      isReady: () => answersOk(`http://${host}/readyz`),
      readyWithinMs: READY_WITHIN_MS,
    });
    return new Registry(host, daemon);
  }

  static async use(host: string): Promise<Registry> {
    assert(await answersOk(`http://${host}/v2/`), `nothing answers 200 at http://${host}/v2/`);
    return new Registry(host, undefined);
  }

  async stop(): Promise<void> {
    await this.daemon?.stop();
  }

  url(path: string): string {
    return `http://${this.host}${path}`;
  }

  /** The digest a reference has, taken from the bytes themselves and compared with every header that states it. */
  async resolve(repository: string, reference: string): Promise<string> {
    return (await this.manifest(repository, reference)).digest;
  }

  async manifest(
    repository: string,
    reference: string,
  ): Promise<{ digest: string; document: ImageManifest | ImageIndex }> {
    const url = this.url(`/v2/${repository}/manifests/${reference}`);
    const headers = { accept: ACCEPTED_TYPES };
    const got = await fetch(url, { headers });
    const body = await got.bytes();
    assertEqual(`status of GET ${url}`, got.status, 200);
    const digest = digestOfBytes(body);
    assertEqual(`Docker-Content-Digest of GET ${url}`, got.headers.get("docker-content-digest"), digest);
    const head = await fetch(url, { method: "HEAD", headers });
    assertEqual(`status of HEAD ${url}`, head.status, 200);
    assertEqual(`Docker-Content-Digest of HEAD ${url}`, head.headers.get("docker-content-digest"), digest);
    assertEqual(`Content-Length of HEAD ${url}`, head.headers.get("content-length"), String(body.length));
    return { digest, document: JSON.parse(new TextDecoder().decode(body)) as ImageManifest | ImageIndex };
  }

  async imageManifest(repository: string, reference: string): Promise<ImageManifest & { digest: string }> {
    const { digest, document } = await this.manifest(repository, reference);
    assert("config" in document, `${repository}:${reference} is an index and not an image`);
    return { ...document, digest };
  }

  /** Throws unless GET and HEAD both answer 404. */
  async assertManifestAbsent(repository: string, reference: string): Promise<void> {
    const url = this.url(`/v2/${repository}/manifests/${reference}`);
    for (const method of ["GET", "HEAD"]) {
      const reply = await fetch(url, { method, headers: { accept: ACCEPTED_TYPES } });
      const body = await reply.text();
      assertEqual(`status of ${method} ${url}`, reply.status, 404);
      if (method === "GET") assert(body.includes("MANIFEST_UNKNOWN"), `GET ${url} says ${body}`);
    }
  }

  async tags(repository: string): Promise<string[]> {
    const reply = await fetch(this.url(`/v2/${repository}/tags/list`));
    const body = (await reply.json()) as { tags?: string[] };
    return body.tags ?? [];
  }

  async putManifest(repository: string, reference: string, mediaType: string, body: string): Promise<void> {
    const url = this.url(`/v2/${repository}/manifests/${reference}`);
    const reply = await fetch(url, { method: "PUT", headers: { "content-type": mediaType }, body });
    assertEqual(`status of PUT ${url}: ${await reply.text()}`, reply.status, 201);
  }

  async hasBlob(repository: string, blob: Descriptor): Promise<boolean> {
    const reply = await fetch(this.url(`/v2/${repository}/blobs/${blob.digest}`), { method: "HEAD" });
    return reply.status === 200 && reply.headers.get("content-length") === String(blob.size);
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url);
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
