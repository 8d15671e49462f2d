/** Records what a registry has acknowledged and answered, to check whether anything is lost. */
import { createHash, randomBytes } from "node:crypto";

export interface Held {
  /** The path below the registry's address. */
  readonly path: string;
  readonly digest: string;
}

const imageType = "application/vnd.oci.image.manifest.v1+json";
const repository = "faults/app";
/** The layers of an image: one in the database, one in a file, and one that a thread hashes. */
const layerBytes = [500, 70_000, 400_000];
/** Milliseconds after which an unanswered request counts as hung. */
const silenceMs = 40_000;

export class Ledger {
  url: string;
  readonly acknowledged: Held[] = [];
  /** Responses that report an internal error without a reason. */
  readonly unexplained: string[] = [];
  #pushes = 0;

  constructor(url: string) {
    this.url = url;
  }

  /**
   * Pushes an image with layers of these sizes; returns the first status that is no success, or 201, or 0 if the
   * connection broke.
   */
  async push(layerSizes: readonly number[] = layerBytes): Promise<number> {
    const number = (this.#pushes += 1);
    const layers = layerSizes.map((length) => new Uint8Array(randomBytes(length)));
    for (const layer of layers) {
      const status = await this.#pushBlob(layer);
      if (status !== 201) return status;
    }
    const descriptors = layers.map((layer) => ({
      mediaType: "application/octet-stream",
      digest: digestOf(layer),
      size: layer.length,
    }));
    const [config, ...rest] = descriptors;
    const manifest = new TextEncoder().encode(
      JSON.stringify({ schemaVersion: 2, mediaType: imageType, config, layers: rest }),
    );
    const path = `/v2/${repository}/manifests/t${number}`;
    const status = await this.#status(path, { method: "PUT", body: manifest, headers: { "Content-Type": imageType } });
    if (status === 201) this.acknowledged.push({ path, digest: digestOf(manifest) });
    return status;
  }

  /** The acknowledged content that is missing or wrong, by GET and HEAD. */
  async missing(of: readonly Held[] = this.acknowledged): Promise<string[]> {
    const wrong: string[] = [];
    for (const { path, digest } of of) {
      const got = await this.#fetch(path, {});
      const body = got && new Uint8Array(await got.arrayBuffer().catch(() => new ArrayBuffer(0)));
      if (got?.status !== 200) wrong.push(`GET ${path}: ${got?.status ?? "no reply"}`);
      else if (!body || digestOf(body) !== digest) wrong.push(`GET ${path}: other bytes`);
      const head = await this.#status(path, { method: "HEAD" });
      if (head !== 200) wrong.push(`HEAD ${path}: ${head}`);
    }
    return wrong;
  }

  status(path: string): Promise<number> {
    return this.#status(path, {});
  }

  async #pushBlob(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const path = `/v2/${repository}/blobs/uploads/?digest=${digestOf(bytes)}`;
    const status = await this.#status(path, { method: "POST", body: bytes });
    if (status === 201)
      this.acknowledged.push({ path: `/v2/${repository}/blobs/${digestOf(bytes)}`, digest: digestOf(bytes) });
    return status;
  }

  async #status(path: string, init: RequestInit): Promise<number> {
    const response = await this.#fetch(path, init);
    await response?.arrayBuffer().catch(() => undefined);
    return response?.status ?? 0;
  }

  /** Undefined if the connection broke. */
  async #fetch(path: string, init: RequestInit): Promise<Response | undefined> {
    try {
      const response = await fetch(this.url + path, { ...init, signal: AbortSignal.timeout(silenceMs) });
      const explained = response.status !== 503 || response.headers.has("retry-after");
      if (response.status === 500 || !explained)
        this.unexplained.push(`${init.method ?? "GET"} ${path}: ${response.status}`);
      return response;
    } catch (error) {
      if ((error as Error).name === "TimeoutError")
        this.unexplained.push(`${init.method ?? "GET"} ${path}: no reply in ${silenceMs} ms`);
      return undefined;
    }
  }
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
