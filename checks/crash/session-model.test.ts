import { describe, expect, test } from "bun:test";
import { digestOf } from "../../src/oci/digest.ts";
import { countMoments, Register } from "./model.ts";
import { SessionModel, type SessionState } from "./session-model.ts";

function sessionAt(offset: number): SessionModel {
  const session = new SessionModel("r", "/v2/r/blobs/uploads/id", { seed: 1, size: 1_000 });
  session.beginAppend(offset);
  session.acknowledgeAppend();
  return session;
}

function possible(session: SessionModel, standings: readonly SessionState[]): SessionState[] {
  return standings.filter((standing) => session.judge(standing) === undefined);
}

const everywhere: readonly SessionState[] = [0, 99, 100, 101, 149, 150, 151, "gone"];

describe("an upload session", () => {
  test("has exactly the acknowledged offset", () => {
    expect(possible(sessionAt(100), everywhere)).toEqual([100]);
    expect(sessionAt(100).judge(99)?.defect).toBe("session");
  });

  test("has all of a chunk in progress, or nothing of it", () => {
    const session = sessionAt(100);
    session.beginAppend(50);
    expect(possible(session, everywhere)).toEqual([100, 150]);
  });

  test("has any part of a chunk that its client interrupted", () => {
    const session = sessionAt(100);
    session.beginAppend(50, true);
    expect(possible(session, everywhere)).toEqual([100, 101, 149, 150]);
    session.narrow(149);
    expect(possible(session, everywhere)).toEqual([149, 150]);
    expect(session.quiet).toBe(false);
  });

  test("is gone after its end was acknowledged", () => {
    const session = sessionAt(100);
    session.beginEnd();
    session.acknowledgeEnd();
    expect(possible(session, everywhere)).toEqual(["gone"]);
    expect(session.open).toBe(false);
  });

  test("without bytes may be gone after a kill, and the outcome of its PUT stays open", () => {
    const digest = digestOf(new Uint8Array(3));
    const register = new Register(countMoments());
    const session = new SessionModel("r", "/v2/r/blobs/uploads/id", { seed: 1, size: 1_000 });
    expect(session.judge("gone")?.defect).toBe("session");
    expect(session.judge("gone", true)).toBeUndefined();
    session.beginEnd(register.begin(digest));
    session.settle("gone");
    expect(session.open).toBe(false);
    expect(register.candidates()).toEqual([null, digest]);
  });

  test("with bytes, or one that has survived a kill, exists after the next kill", () => {
    expect(sessionAt(100).judge("gone", true)?.defect).toBe("session");
    const session = new SessionModel("r", "/v2/r/blobs/uploads/id", { seed: 1, size: 1_000 });
    session.settle(0);
    expect(session.judge("gone", true)?.defect).toBe("session");
  });

  test("that ended unseen has left its blob, and one that still exists has not", () => {
    const digest = digestOf(new Uint8Array(3));
    for (const [standing, candidates] of [
      ["gone", [digest]],
      [100, [null]],
    ] as const) {
      const register = new Register(countMoments());
      const session = sessionAt(100);
      session.beginEnd(register.begin(digest));
      expect(possible(session, everywhere)).toEqual([100, "gone"]);
      session.settle(standing);
      expect(register.candidates()).toEqual([...candidates]);
    }
  });
});
