import { within } from "../../base/async/deadline.ts";
import { metadataLimits } from "../../metadata/limits.ts";
import { contentLimits } from "./limits.ts";
import { StoreUnavailable, type MetadataStore } from "../../metadata/store.ts";
import type { Digest } from "../../oci/digest.ts";
import { UnavailableError } from "../../oci/errors.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { Services } from "../services.ts";

/** The content that a pin keeps: a blob or a manifest of a repository. */
export interface Content {
  readonly kind: "blob" | "manifest";
  readonly repository: RepositoryName;
  readonly digest: Digest;
}

interface Pin extends Content {
  readonly until: number;
}

/**
 * `Pins` pins content: it stays stored for a while. A read does not wait for a disk that is full or hangs. If a pin
 * cannot be written soon, it stays in memory and is written when writes work again. Until then it counts as written:
 * the garbage collector must not run while such pins exist (docs/architecture.md).
 */
export class Pins {
  readonly #store: MetadataStore;
  readonly #clock: Services["clock"];
  readonly #unwritten = new Map<string, Pin>();
  #stopRetries: (() => void) | undefined;
  #retrying = false;

  constructor({ store, clock }: Services) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The number of pins that are only in memory. */
  get unwritten(): number {
    return this.#unwritten.size;
  }

  /** Pins the content for `contentLimits.pinMs`; false if the content does not exist any more. */
  async renew(content: Content): Promise<boolean> {
    const pin: Pin = { ...content, until: this.#clock.now() + contentLimits.pinMs };
    // While other pins wait in memory, this one goes to memory at once.
    if (this.#unwritten.size === 0) {
      const exists = await inPassing(this.#write(pin));
      if (exists !== undefined) return exists;
    }
    this.#remember(pin);
    return true;
  }

  /** Writes the pins that are only in memory, if the database accepts them. */
  async writeAll(): Promise<void> {
    if (this.#retrying) return;
    this.#retrying = true;
    try {
      while (this.#unwritten.size > 0 && this.#store.fault === undefined) await this.#writeSome();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
    } finally {
      this.#retrying = false;
      if (this.#unwritten.size === 0) this.close();
    }
  }

  close(): void {
    this.#stopRetries?.();
    this.#stopRetries = undefined;
  }

  async #writeSome(): Promise<void> {
    const some = [...this.#unwritten].slice(0, metadataLimits.commitGroup);
    await Promise.all(some.map(([, pin]) => this.#write(pin)));
    for (const [key, pin] of some) if (this.#unwritten.get(key) === pin) this.#unwritten.delete(key);
  }

  #remember(pin: Pin): void {
    const key = `${pin.kind} ${pin.repository}@${pin.digest}`;
    if (this.#unwritten.size < contentLimits.unwrittenPins || this.#unwritten.has(key)) this.#unwritten.set(key, pin);
    this.#stopRetries ??= this.#clock.every(contentLimits.pinRetryMs, () => void this.writeAll());
  }

  #write({ kind, repository, digest, until }: Pin): Promise<boolean> {
    return kind === "blob"
      ? this.#store.pinBlob(repository, digest, until)
      : this.#store.pinManifest(repository, digest, until);
  }
}

/**
 * Waits for a write that a read causes. Returns its result, or undefined if the write fails or takes longer than
 * `contentLimits.writeInPassingMs`.
 */
export async function inPassing<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await within(contentLimits.writeInPassingMs, write, () => new StoreUnavailable("the write takes too long"));
  } catch (error) {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  }
}
