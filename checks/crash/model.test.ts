import { describe, expect, test } from "bun:test";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { countMoments, judge, Register, type Kind } from "./model.ts";

const [first, second, third] = ["first", "second", "third"].map((text) => digestOf(new TextEncoder().encode(text))) as [
  Digest,
  Digest,
  Digest,
];

function placeOf(kind: Kind, reference: string = first) {
  return { kind, repository: "r", reference, register: new Register(countMoments()) };
}

const seen = (digest: Digest | null, claimed: Digest | null = digest) => ({ digest, claimed });

describe("an acknowledged write", () => {
  test("must exist", () => {
    const blob = placeOf("blob");
    blob.register.begin(first).acknowledge();
    expect(judge(blob, seen(null))?.defect).toBe("lost");
    expect(judge(blob, seen(first))).toBeUndefined();
  });

  test("must have its own bytes, whatever digest the reply claims", () => {
    const blob = placeOf("blob");
    blob.register.begin(first).acknowledge();
    expect(judge(blob, seen(second, first))?.defect).toBe("wrong bytes");
    expect(judge(blob, seen(second))?.defect).toBe("wrong bytes");
  });

  test("must still exist in later rounds", () => {
    const blob = placeOf("blob");
    blob.register.begin(first).acknowledge();
    blob.register.settle(first);
    expect(judge(blob, seen(null))?.defect).toBe("lost");
  });

  test("that was deleted must not come back", () => {
    const manifest = placeOf("manifest");
    manifest.register.begin(first).acknowledge();
    manifest.register.begin(null).acknowledge();
    expect(judge(manifest, seen(first))?.defect).toBe("resurrected");
    expect(judge(manifest, seen(null))).toBeUndefined();
  });

  test("that follows a delete must exist", () => {
    const blob = placeOf("blob");
    blob.register.begin(null).acknowledge();
    blob.register.begin(first).acknowledge();
    expect(judge(blob, seen(null))?.defect).toBe("lost");
  });
});

describe("a write in progress", () => {
  test("may have happened or not", () => {
    const blob = placeOf("blob");
    blob.register.begin(first);
    expect(judge(blob, seen(null))).toBeUndefined();
    expect(judge(blob, seen(first))).toBeUndefined();
    expect(judge(blob, seen(second, first))?.defect).toBe("wrong bytes");
  });

  test("has the observed outcome from then on", () => {
    const blob = placeOf("blob");
    blob.register.begin(first);
    blob.register.settle(first);
    expect(judge(blob, seen(null))?.defect).toBe("lost");
  });

  test("that was refused did not happen", () => {
    const blob = placeOf("blob");
    blob.register.begin(first).reject();
    expect(judge(blob, seen(first))?.defect).toBe("resurrected");
  });

  test("that deletes may have happened or not", () => {
    const tag = placeOf("tag", "latest");
    tag.register.begin(first).acknowledge();
    tag.register.begin(null);
    expect(tag.register.candidates()).toEqual([first, null]);
    expect(tag.register.certain()).toBeUndefined();
  });
});

describe("a tag", () => {
  test("must point to the last acknowledged manifest", () => {
    const tag = placeOf("tag", "latest");
    tag.register.begin(first).acknowledge();
    tag.register.begin(second).acknowledge();
    expect(judge(tag, seen(first))?.defect).toBe("stale");
    expect(judge(tag, seen(null))?.defect).toBe("lost");
    expect(judge(tag, seen(second))).toBeUndefined();
  });

  test("may point to either of two concurrent moves, and to nothing older", () => {
    const tag = placeOf("tag", "latest");
    tag.register.begin(first).acknowledge();
    const [one, other] = [tag.register.begin(second), tag.register.begin(third)];
    other.acknowledge();
    one.acknowledge();
    expect(judge(tag, seen(second))).toBeUndefined();
    expect(judge(tag, seen(third))).toBeUndefined();
    expect(judge(tag, seen(first))?.defect).toBe("stale");
  });

  test("does not point to a move that ended before a later one began", () => {
    const tag = placeOf("tag", "latest");
    const early = tag.register.begin(first);
    const long = tag.register.begin(second);
    early.acknowledge();
    tag.register.begin(third).acknowledge();
    long.acknowledge();
    expect(tag.register.candidates()).toEqual([second, third]);
  });
});
