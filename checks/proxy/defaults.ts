// The effects of nginx's default configuration; docs/operations.md warns of them.
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { blobOf } from "../../test/support/content.ts";
import { pushBlob, rangeAfterBreak, startSession } from "./checks.ts";
import type { RunningSetup } from "./setup.ts";
import { copiesIn, downloadWithStall } from "./streaming-checks.ts";

export async function defaultsCases(cases: CaseRunner, { front, proxyLog = "" }: RunningSetup): Promise<void> {
  await cases.test("by default, nginx refuses a layer of 2 MB with its own error page", async () => {
    const location = await startSession(front);
    const patched = await front.fetch(location, { method: "PATCH", body: new Uint8Array(2_000_000) });
    assertEqual("status of PATCH", patched.status, 413);
    assert((await patched.text()).includes("nginx"), "the refusal is not that of nginx");
  });
  await cases.test("by default, nginx buffers an upload until the upload is complete", async () => {
    const location = await startSession(front, "any-size/app");
    assertEqual("Range after the connection broke", await rangeAfterBreak(front, location, 1_000), "0-0");
  });
  await cases.test("by default, nginx writes a response to its disk if the client reads slowly", async () => {
    const content = blobOf("stalled", 16_000_000);
    await pushBlob(front, content, "any-size/app");
    const copies = copiesIn(proxyLog).length;
    await downloadWithStall(front, content, "any-size/app");
    assertEqual("warnings of nginx", copiesIn(proxyLog).length, copies + 1);
  });
}
