/** The contract of driver.ts as tests. Every driver runs all of them on one storage, each with its own upload sessions. */
import { afterAll, afterEach, beforeAll, describe } from "bun:test";
import { faultContract } from "./suite/faults.ts";
import { listingContract } from "./suite/listing.ts";
import { objectContract } from "./suite/objects.ts";
import { replacementContract } from "./suite/replacement.ts";
import { restartContract } from "./suite/restart.ts";
import { resumptionContract } from "./suite/resumption.ts";
import { uploadContract } from "./suite/uploads.ts";
import type { LastingDriver, OpenedDriver } from "./suite/content.ts";

/** Declares the contract tests of a driver that `open` opens with an empty storage. */
export function storageDriverSuite(name: string, open: () => Promise<OpenedDriver>): void {
  describe(name, () => {
    let opened: OpenedDriver;
    beforeAll(async () => {
      opened = await open();
    });
    afterEach(async () => {
      for (const id of await opened.driver.listUploads()) await opened.driver.discardUpload(id);
    });
    afterAll(() => opened.dispose());

    const driver = () => opened.driver;
    uploadContract(driver);
    resumptionContract(driver);
    faultContract(driver);
    objectContract(driver);
    listingContract(driver);
    replacementContract(driver);
  });
}

/** Declares the tests of a driver whose storage outlives its process. */
export function lastingStorageSuite(name: string, open: () => Promise<LastingDriver>): void {
  restartContract(name, open);
}
