/**
 * A database whose writer is another process, as a worker uses it. If this file runs as a program, it is that
 * process.
 */
import { RpcPeer } from "../../src/server/cluster/rpc-peer.ts";
import { DistantWriter, writeFor, type DistantResult } from "../../src/metadata/sqlite/distant-writer.ts";
import type { Write } from "../../src/metadata/sqlite/messages.ts";
import { openSqliteStore, openStoreOver } from "../../src/metadata/sqlite/store.ts";
import type { MetadataStore } from "../../src/metadata/store.ts";

type Far = {
  readonly open: (path: string) => Promise<void>;
  readonly write: (write: Write) => Promise<DistantResult>;
};

type Near = { readonly setFault: (fault: string | undefined) => Promise<void> };

/** A store whose writes go to another process. */
export interface WriterProcess {
  readonly store: MetadataStore;
  end(): Promise<void>;
}

/** Starts the process that writes to the database. */
export async function startWriterProcess(path: string): Promise<WriterProcess> {
  const child = Bun.spawn([process.execPath, import.meta.path], {
    stdio: ["ignore", "inherit", "inherit"],
    serialization: "advanced",
    ipc: (batch: readonly unknown[]) => peer.receive(batch),
  });
  const near: Near = { setFault: async (fault) => writer.setFault(fault) };
  const peer = new RpcPeer<Far>(near, (batch) => child.send(batch));
  const writer = new DistantWriter((write) => peer.call("write", write));
  await peer.call("open", path);
  return {
    store: openStoreOver(path, writer),
    async end() {
      child.disconnect();
      await child.exited;
    },
  };
}

function answerWrites(): void {
  let store: MetadataStore | undefined;
  const far: Far = {
    async open(path) {
      store = await openSqliteStore(path, { faultChanged: (fault) => peer.notify("setFault", fault) });
    },
    write: (write) => writeFor(store!, write),
  };
  const peer = new RpcPeer<Near>(far, (batch) => void process.send!(batch));
  process.on("message", (batch: readonly unknown[]) => peer.receive(batch));
  process.on("disconnect", () => void store?.close().then(() => process.exit(0)));
}

if (import.meta.main) answerWrites();
