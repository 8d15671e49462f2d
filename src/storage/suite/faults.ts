import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { UploadLost } from "../driver.ts";
import { bytes, commitUpload, keepUpload, newSession, readUpload, type CurrentDriver } from "./content.ts";

/** Tests that a driver reports lost bytes of an upload session. */
export function faultContract(current: CurrentDriver): void {
  describe("lost upload bytes", () => lossTests(current));
}

function lossTests(current: CurrentDriver): void {
  test("an upload session with fewer bytes than were acknowledged is lost", async () => {
    const driver = current();
    const id = newSession();
    expect(await rejectionOf(driver.openUpload(id, 1))).toBeInstanceOf(UploadLost);
    await keepUpload(driver, id, bytes("hello"));
    expect(await rejectionOf(driver.openUpload(id, 6))).toBeInstanceOf(UploadLost);
    // The refused open left the bytes unchanged.
    expect(await readUpload(driver, id, 5)).toEqual(bytes("hello"));
  });

  test("a committed and discarded upload session cannot be continued", async () => {
    const driver = current();
    const id = newSession();
    await commitUpload(driver, id, bytes("hello"));
    await driver.discardUpload(id);
    expect(await rejectionOf(driver.openUpload(id, 5))).toBeInstanceOf(UploadLost);
    expect(await rejectionOf(readUpload(driver, id, 5))).toBeInstanceOf(UploadLost);
  });
}
