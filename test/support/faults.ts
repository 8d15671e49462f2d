/** Wraps a real store and driver, and makes their calls fail or wait. */
import { reads, writes } from "../../src/metadata/sql/operations.ts";
import { StoreUnavailable, type MetadataStore } from "../../src/metadata/store.ts";
import { StorageFull, type StorageDriver, type UploadWriter } from "../../src/storage/driver.ts";

type Method = (...parameters: unknown[]) => unknown;

/** The faults that a test can switch on. */
export class Faults {
  /** Metadata writes are refused, as by a full disk. */
  writesFail = false;
  /** Metadata writes wait for this promise, as for a disk that hangs. */
  writesWait: Promise<void> | undefined;
  /** Metadata reads fail too, as from a broken disk. */
  readsFail = false;
  /** Each client has the maximum number of upload sessions. */
  sessionsFull = false;
  /** Writes to storage fail. */
  storageFull = false;
  /** Reads of upload sessions wait for this promise. */
  sessionsWait: Promise<void> | undefined;
  /** The number of reads that have waited for it. */
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

/** The same object with each method replaced by the result of `choose`. */
function intercept<T extends object>(real: T, choose: (name: string, method: Method) => Method): T {
  return new Proxy(real, {
    get(_, name) {
      const value: unknown = Reflect.get(real, name);
      return typeof value === "function" ? choose(String(name), (value as Method).bind(real)) : value;
    },
  });
}
