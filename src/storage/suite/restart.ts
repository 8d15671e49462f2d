import { expect, test } from "bun:test";
import {
  bytes,
  commitAt,
  commitUpload,
  keepUpload,
  pattern,
  readObject,
  readUpload,
  type LastingDriver,
} from "./content.ts";

/** Tests that a restarted process finds the objects and the upload sessions of the process before it. */
export function restartContract(name: string, open: () => Promise<LastingDriver>): void {
  test(`${name}: a restarted process finds the objects and the stored upload sessions`, async () => {
    const opened = await open();
    const { driver } = opened;
    try {
      const content = pattern(100_000);
      const key = await commitUpload(driver, "committed", content);
      await driver.discardUpload("committed");
      await keepUpload(driver, "kept", bytes("hello"));

      const reopened = await opened.reopen();
      expect(await readObject(reopened, key)).toEqual(content);
      expect(await reopened.listUploads()).toEqual(["kept"]);
      expect(await readUpload(reopened, "kept", 5)).toEqual(bytes("hello"));
      expect(await readObject(reopened, await commitAt(reopened, "kept", 5, " again"))).toEqual(bytes("hello again"));
      await reopened.remove(key);
      expect(await reopened.open(key)).toBeUndefined();
    } finally {
      await opened.dispose();
    }
  });
}
