/** Wraps a real store and driver, and makes their calls fail or wait. */
import { writeFileSync } from "node:fs";
import { reads, writes } from "../../src/metadata/sql/operations.ts";
import { StoreUnavailable, type MetadataStore } from "../../src/metadata/store.ts";
import { StorageFull, type StorageDriver, type UploadWriter } from "../../src/storage/driver.ts";

type Method = (...parameters: unknown[]) => unknown;

/**
 * The faults that a test can switch on. Writes of metadata fail in the process of the test, which has the writer.
 * Reads and the storage fail in the workers too, if the faults are shared with them.
 */
export class Faults {
  /** Whether reads fail, and whether the storage is full: in this process, and in memory that others share. */
  readonly #switches = [new Uint8Array(2)];
  /** Metadata writes are refused, as by a full disk. */
  writesFail = false;
  /** Metadata writes wait for this promise, as for a disk that hangs. */
  writesWait: Promise<void> | undefined;
  /** Each client has the maximum number of upload sessions. */
  sessionsFull = false;

  /** The faults that another process has shared at this path. */
  static at(path: string): Faults {
    const faults = new Faults();
    faults.#switches.unshift(Bun.mmap(path));
    return faults;
  }

  /** Shares the faults with the processes that open them at this path. */
  shareAt(path: string): void {
    writeFileSync(path, this.#switches[0]!);
    this.#switches.push(Bun.mmap(path));
  }

  /** Metadata reads fail too, as from a broken disk. */
  get readsFail(): boolean {
    return this.#switches[0]![0] === 1;
  }

  set readsFail(fail: boolean) {
    for (const switches of this.#switches) switches[0] = Number(fail);
  }

  /** Writes to storage fail. */
  get storageFull(): boolean {
    return this.#switches[0]![1] === 1;
  }

  set storageFull(full: boolean) {
    for (const switches of this.#switches) switches[1] = Number(full);
  }

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
      return method;
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
