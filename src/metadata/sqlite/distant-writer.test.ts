/** Tests of a writer in another process that does not answer. */
import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { OutcomeUnknown, StoreUnavailable } from "../store.ts";
import { DistantWriter, type DistantResult } from "./distant-writer.ts";

const write = { operation: "endUpload", parameters: ["any"] } as const;

test("M15: an unanswered write times out, and later ones are refused at once until an answer arrives", async () => {
  const sent: PromiseWithResolvers<DistantResult>[] = [];
  const writer = new DistantWriter(() => {
    const answer = Promise.withResolvers<DistantResult>();
    sent.push(answer);
    return answer.promise;
  }, 5);
  expect(await rejectionOf(writer.write(write))).toBeInstanceOf(OutcomeUnknown);
  expect(writer.fault).toContain("does not answer");
  for (let count = 0; count < 100; count += 1) {
    expect(await rejectionOf(writer.write(write))).toBeInstanceOf(StoreUnavailable);
  }
  // So waiting writes cannot fill the memory.
  expect(sent).toHaveLength(1);

  sent[0]!.resolve({ value: true });
  await Bun.sleep(0);
  expect(writer.fault).toBeUndefined();
  const later = writer.write(write);
  sent[1]!.resolve({ value: 7 });
  expect(await later).toBe(7);
});

test("H6: an unknown outcome stays unknown, and a fault ends when the writer says so", async () => {
  const results: DistantResult[] = [{ unknown: "fsync failed" }, { unavailable: "full" }, { error: "wrong" }];
  const writer = new DistantWriter(async () => results.shift()!);
  expect(await rejectionOf(writer.write(write))).toBeInstanceOf(OutcomeUnknown);
  expect(await rejectionOf(writer.write(write))).toBeInstanceOf(StoreUnavailable);
  expect(await rejectionOf(writer.write(write))).not.toBeInstanceOf(StoreUnavailable);
  writer.setFault("broken");
  expect(await rejectionOf(writer.write(write))).toMatchObject({ message: "broken" });
  writer.setFault(undefined);
  results.push({ value: "written" });
  expect(await writer.write(write)).toBe("written");
});
