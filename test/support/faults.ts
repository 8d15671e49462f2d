/** A store and a driver that stop doing their part when told to; behind them are the real ones. */
import { reads, writes } from "../../src/metadata/sql/operations.ts";
import { StoreUnavailable, type MetadataStore } from "../../src/metadata/store.ts";
import { StorageFull, type StorageDriver, type UploadWriter } from "../../src/storage/driver.ts";

type Method = (...parameters: unknown[]) => unknown;

export class Faults {
  /** Metadata writes are refused, as by a full disk. */
  writesFail = false;
  /** Metadata writes wait for this before they are done, as for a disk that hangs. */
  writesWait: Promise<void> | undefined;
  /** Metadata cannot be read either, as from a disk that fails. */
  readsFail = false;
  /** Each client has as many upload sessions as it may have. */
  sessionsFull = false;
  /** Nothing can be written to storage. */
  storageFull = false;
  /** Reads of upload sessions wait for this. */
  sessionsWait: Promise<void> | undefined;
  /** How many have waited for it. */
  waited = 0;

  readonly store = (real: MetadataStore): MetadataStore =>
    intercept(real, (name, method) => {
      if (Object.hasOwn(writes, name) && this.writesFail) {
        return async () => {
          throw new StoreUnavailable("the disk is full");
        };
      }
      if (Object.hasOwn(writes, name) && this.writesWait) {
        return async (...parameters) => {
          await this.writesWait;
          return method(...parameters);
        };
      }
      if (name === "startUpload" && this.sessionsFull)
        return async (upload, client) => client === undefined && method(upload);
      if (Object.hasOwn(reads, name) && this.readsFail) {
        return async () => {
          throw new StoreUnavailable("the disk fails");
        };
      }
      if (name !== "upload") return method;
      return async (...parameters) => {
        if (this.sessionsWait) {
          this.waited += 1;
          await this.sessionsWait;
        }
        return method(...parameters);
      };
    });

  readonly driver = (real: StorageDriver): StorageDriver =>
    intercept(real, (name, method) => {
      if (name === "openUpload") return async (...parameters) => this.#writer((await method(...parameters)) as never);
      return name === "probe" ? this.#refusing(method) : method;
    });

  #writer(real: UploadWriter): UploadWriter {
    return intercept(real, (name, method) => (name === "write" ? this.#refusing(method) : method));
  }

  #refusing(method: Method): Method {
    return async (...parameters) => {
      if (this.storageFull) throw new StorageFull("no room left");
      return method(...parameters);
    };
  }
}

/** The same object, but each method is the one that `choose` gives in its place. */
function intercept<T extends object>(real: T, choose: (name: string, method: Method) => Method): T {
  return new Proxy(real, {
    get(_, name) {
      const value: unknown = Reflect.get(real, name);
      return typeof value === "function" ? choose(String(name), (value as Method).bind(real)) : value;
    },
  });
}
