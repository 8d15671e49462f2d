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

describe("what was acknowledged", () => {
  test("has to be there", () => {
    const blob = placeOf("blob");
    blob.register.begin(first).acknowledge();
    expect(judge(blob, seen(null))?.defect).toBe("lost");
    expect(judge(blob, seen(first))).toBeUndefined();
  });

  test("has to have its own bytes, whatever the reply calls them", () => {
    const blob = placeOf("blob");
    blob.register.begin(first).acknowledge();
    expect(judge(blob, seen(second, first))?.defect).toBe("wrong bytes");
    expect(judge(blob, seen(second))?.defect).toBe("wrong bytes");
  });

  test("stays there through the rounds that follow", () => {
    const blob = placeOf("blob");
    blob.register.begin(first).acknowledge();
    blob.register.settle(first);
    expect(judge(blob, seen(null))?.defect).toBe("lost");
  });

  test("and was then deleted must not come back", () => {
    const manifest = placeOf("manifest");
    manifest.register.begin(first).acknowledge();
    manifest.register.begin(null).acknowledge();
    expect(judge(manifest, seen(first))?.defect).toBe("resurrected");
    expect(judge(manifest, seen(null))).toBeUndefined();
  });

  test("and pushed again after its delete has to be there", () => {
    const blob = placeOf("blob");
    blob.register.begin(null).acknowledge();
    blob.register.begin(first).acknowledge();
    expect(judge(blob, seen(null))?.defect).toBe("lost");
  });
});

describe("what was under way", () => {
  test("may have happened or not", () => {
    const blob = placeOf("blob");
    blob.register.begin(first);
    expect(judge(blob, seen(null))).toBeUndefined();
    expect(judge(blob, seen(first))).toBeUndefined();
    expect(judge(blob, seen(second, first))?.defect).toBe("wrong bytes");
  });

  test("is what it was found to be, once it was looked at", () => {
    const blob = placeOf("blob");
    blob.register.begin(first);
    blob.register.settle(first);
    expect(judge(blob, seen(null))?.defect).toBe("lost");
  });

  test("and was refused did not happen", () => {
    const blob = placeOf("blob");
    blob.register.begin(first).reject();
    expect(judge(blob, seen(first))?.defect).toBe("resurrected");
  });

  test("a delete may have happened or not", () => {
    const tag = placeOf("tag", "latest");
    tag.register.begin(first).acknowledge();
    tag.register.begin(null);
    expect(tag.register.candidates()).toEqual([first, null]);
    expect(tag.register.certain()).toBeUndefined();
  });
});

describe("a tag", () => {
  test("has to point at the last manifest that was acknowledged", () => {
    const tag = placeOf("tag", "latest");
    tag.register.begin(first).acknowledge();
    tag.register.begin(second).acknowledge();
    expect(judge(tag, seen(first))?.defect).toBe("stale");
    expect(judge(tag, seen(null))?.defect).toBe("lost");
    expect(judge(tag, seen(second))).toBeUndefined();
  });

  test("may point at either of two that were moved at the same time, and at nothing older", () => {
    const tag = placeOf("tag", "latest");
    tag.register.begin(first).acknowledge();
    const [one, other] = [tag.register.begin(second), tag.register.begin(third)];
    other.acknowledge();
    one.acknowledge();
    expect(judge(tag, seen(second))).toBeUndefined();
    expect(judge(tag, seen(third))).toBeUndefined();
    expect(judge(tag, seen(first))?.defect).toBe("stale");
  });

  test("has left behind what ended before a later move began", () => {
    const tag = placeOf("tag", "latest");
    const early = tag.register.begin(first);
    const long = tag.register.begin(second);
    early.acknowledge();
    tag.register.begin(third).acknowledge();
    long.acknowledge();
    expect(tag.register.candidates()).toEqual([second, third]);
  });
});
