import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { RpcPeer, PeerGone } from "./rpc-peer.ts";

type Calculator = {
  readonly double: (number: number) => Promise<number>;
  readonly fail: (code: string) => Promise<never>;
  readonly wait: () => Promise<void>;
};

/** Two connected peers that receive messages in a later turn, and the number of messages to the second one. */
function conversation() {
  const heard: number[] = [];
  const batches: number[] = [];
  const calculator: Calculator = {
    async double(number) {
      heard.push(number);
      return 2 * number;
    },
    fail: async (code) => {
      throw Object.assign(new Error("it failed"), { code, syscall: "listen" });
    },
    wait: () => new Promise(() => undefined),
  };
  const near = new RpcPeer<Calculator>({}, (batch) => {
    batches.push(batch.length);
    setTimeout(() => far.receive(structuredClone(batch)), 0);
  });
  const far = new RpcPeer<Record<string, never>>(calculator, (batch) => {
    setTimeout(() => near.receive(structuredClone(batch)), 0);
  });
  return { near, heard, batches };
}

test("each call gets its own answer, and calls in one turn are sent in one message, in order", async () => {
  const { near, heard, batches } = conversation();
  const answers = Array.from({ length: 20 }, (_, number) => near.call("double", number));
  near.notify("double", 99);
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 20 }, (_, number) => 2 * number));
  expect(heard).toEqual([...Array.from({ length: 20 }, (_, number) => number), 99]);
  expect(batches).toEqual([21]);
});

test("a failure arrives with its message and its code", async () => {
  const { near } = conversation();
  const error = await rejectionOf(near.call("fail", "EADDRINUSE"));
  expect(error).toMatchObject({ message: "it failed", code: "EADDRINUSE", syscall: "listen" });
});

test("calls to a closed peer fail, both waiting and later ones", async () => {
  const { near } = conversation();
  const waiting = rejectionOf(near.call("wait"));
  near.close("it ended");
  expect(await waiting).toBeInstanceOf(PeerGone);
  expect(await rejectionOf(near.call("wait"))).toMatchObject({ message: "it ended" });
});
