import { metadataLimits } from "../limits.ts";
import { StoreUnavailable, type FoundReferences, type MetadataReads } from "../store.ts";
import type { FromLookup, ToLookup } from "./lookup.worker.ts";

type References = MetadataReads["references"];

/**
 * The references of a manifest, looked up in a thread where there are many: 10,000 take some 50 ms, which no other request
 * shall wait for (M10). The thread is there from the first long list on.
 */
export class Lookups {
  readonly #path: string;
  readonly #atOnce: References;
  #thread: Worker | undefined;
  /** In the order in which the thread was asked. */
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
    const asked = Promise.withResolvers<FoundReferences>();
    this.#waiting.push(asked);
    this.#thread ??= this.#start();
    this.#thread.postMessage({ path: this.#path, parameters } satisfies ToLookup);
    return asked.promise;
  }

  #start(): Worker {
    const thread = new Worker(new URL("./lookup.worker.ts", import.meta.url), { smol: true });
    thread.onmessage = ({ data }: MessageEvent<FromLookup>) => {
      const asked = this.#waiting.shift();
      if ("found" in data) asked?.resolve(data.found);
      else if ("unavailable" in data) asked?.reject(new StoreUnavailable(data.unavailable));
      else asked?.reject(new Error(data.error));
    };
    thread.onerror = ({ message }) => this.#end(`the thread that looks up references ended: ${message}`);
    return thread;
  }

  #end(reason: string): void {
    this.#thread?.terminate();
    this.#thread = undefined;
    for (const asked of this.#waiting.splice(0)) asked.reject(new Error(reason));
  }
}
