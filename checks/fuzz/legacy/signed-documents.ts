import { verifySchema1Push } from "../../../src/docker/schema1/verify-push.ts";
import { joinSignatures } from "../../../src/docker/schema1/sign.ts";
import { SignatureError } from "../../../src/docker/schema1/signature-error.ts";
import { openSigned, splitSigned, type OpenDocument, type SplitDocument } from "../../../src/docker/schema1/signed.ts";
import type { Random } from "../../crash/random.ts";
import { damage } from "./damage.ts";
import { Finding, type FuzzedReader } from "./reader.ts";
import { changes, documentOf, draftOf } from "./signed-damage.ts";
import { claimsOf, knownClaims, signedOriginals } from "./signed-originals.ts";

const failures = ["document", "missing", "malformed", "layout", "payload", "algorithm", "key", "chain", "mismatch"];

/** Reads signed manifests. It must never accept a payload without a valid signature. */
export const signedDocuments: FuzzedReader = {
  name: "signed manifests",
  outcomes: ["accepted", ...failures.map((failure) => `refused: ${failure}`)],
  damaged,
  judge,
};

function damaged(random: Random): Uint8Array {
  const original = random.pick(signedOriginals)!;
  if (random.chance(0.3)) return damage(random, original);
  const [draft, other] = [draftOf(original), draftOf(random.pick(signedOriginals)!)];
  for (let left = random.between(1, 3); left > 0 && draft.signatures.length > 0; left -= 1) {
    random.pick(changes)!(random, draft, other);
  }
  const document = documentOf(draft);
  return random.chance(0.1) ? damage(random, document) : document;
}

function judge(document: Uint8Array): string {
  const opened = attempt(document);
  if (opened instanceof SignatureError) {
    const { faults } = verifySchema1Push(document);
    if (faults.some(({ kind }) => kind === "signature" || kind === "document")) return `refused: ${opened.failure}`;
    throw new Finding("refused by one reader, taken by the other");
  }
  const forged = claimsOf(opened).find((claim) => !knownClaims.has(claim));
  if (forged !== undefined) throw new Finding(`accepted what no key has signed: ${forged}`);
  if (!isSame(opened, splitSigned(joinSignatures(opened.payload, opened.signatures)))) {
    throw new Finding("what was put together again is something else");
  }
  return "accepted";
}

function attempt(document: Uint8Array): OpenDocument | SignatureError {
  try {
    return openSigned(document);
  } catch (error) {
    if (error instanceof SignatureError) return error;
    throw error;
  }
}

function isSame(one: SplitDocument, other: SplitDocument): boolean {
  const texts = (split: SplitDocument) => split.signatures.map((each) => each.protected + each.signature).toSorted();
  return Buffer.from(one.payload).equals(other.payload) && texts(one).join("\n") === texts(other).join("\n");
}
