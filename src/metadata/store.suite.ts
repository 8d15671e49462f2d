/** The contract of store.ts as tests. Every store runs all of them, each on a new store. */
import { afterEach, beforeEach, describe } from "bun:test";
import type { MetadataStore } from "./store.ts";
import { blobContract } from "./suite/blobs.ts";
import { countContract } from "./suite/counts.ts";
import { freshnessContract } from "./suite/freshness.ts";
import { manifestContract } from "./suite/manifests.ts";
import { modelContract } from "./suite/model.ts";
import { referenceContract } from "./suite/references.ts";
import { referrersContract } from "./suite/referrers.ts";
import { signatureContract } from "./suite/signatures.ts";
import { tagContract } from "./suite/tags.ts";
import { tarsumContract } from "./suite/tarsums.ts";
import { uploadContract } from "./suite/uploads.ts";

/** A store under test, with the way to remove it. */
export interface OpenedStore {
  /** The store, which is empty. */
  readonly store: MetadataStore;
  /** Closes the store and removes its files. */
  dispose(): Promise<void>;
}

/** Declares the contract tests of a store that `open` opens empty. */
export function metadataStoreSuite(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    let opened: OpenedStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.dispose());

    const store = () => opened.store;
    uploadContract(store);
    blobContract(store);
    manifestContract(store);
    referenceContract(store);
    referrersContract(store);
    tagContract(store);
    tarsumContract(store);
    signatureContract(store);
    countContract(store);
    freshnessContract(store);
    modelContract(store);
  });
}
