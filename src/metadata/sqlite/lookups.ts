import { startThread } from "../../base/thread.ts";
import { metadataLimits } from "../limits.ts";
import { StoreUnavailable, type FoundReferences, type MetadataReads } from "../store.ts";
import type { FromLookup, ToLookup } from "./lookup.worker.ts";

type References = MetadataReads["references"];

/**
 * Looks up the references of a manifest, in a thread if there are many. 10,000 take about 50 ms, and no other request
 * should wait that long (M10). The first long list starts the thread.
 */
export class Lookups {
  readonly #path: string;
  readonly #atOnce: References;
  #thread: Worker | undefined;
  /** Requests that the thread has not answered, in the order in which they were sent. */
  readonly #waiting: PromiseWithResolvers<FoundReferences>[] = [];

  /** `atOnce` looks up short lists on the caller's thread. */
  constructor(path: string, atOnce: References) {
    this.#path = path;
    this.#atOnce = atOnce;
  }

  references(...parameters: Parameters<References>): Promise<FoundReferences> {
    const [, { count }] = parameters;
    return count <= metadataLimits.referencesAtOnce ? this.#atOnce(...parameters) : this.#inThread(parameters);
  }

  close(): void {
    this.#end("the metadata store is closed");
  }

  #inThread(parameters: Parameters<References>): Promise<FoundReferences> {
    const lookup = Promise.withResolvers<FoundReferences>();
    this.#waiting.push(lookup);
    this.#thread ??= this.#start();
    this.#thread.postMessage({ path: this.#path, parameters } satisfies ToLookup);
    return lookup.promise;
  }

  #start(): Worker {
    const thread = startThread("metadata/sqlite/lookup.worker.ts");
    thread.onmessage = ({ data }: MessageEvent<FromLookup>) => {
      const lookup = this.#waiting.shift();
      if ("found" in data) lookup?.resolve(data.found);
      else if ("unavailable" in data) lookup?.reject(new StoreUnavailable(data.unavailable));
      else lookup?.reject(new Error(data.error));
    };
    thread.onerror = ({ message }) => this.#end(`the thread that looks up references ended: ${message}`);
    return thread;
  }

  #end(reason: string): void {
    this.#thread?.terminate();
    this.#thread = undefined;
    for (const lookup of this.#waiting.splice(0)) lookup.reject(new Error(reason));
  }
}
