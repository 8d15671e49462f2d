/** Ways to damage a signed document with knowledge of its parts. */
import type { Random } from "../../crash/random.ts";
import { base64Url } from "../../../test/support/schema1.ts";
import { damage } from "./damage.ts";

type Members = Record<string, unknown>;

export interface SignatureDraft {
  header: unknown;
  signature: unknown;
  protected: unknown;
}

/** The parts of a document, for an invalid combination. */
export interface Draft {
  /** The part that was signed, without its tail. */
  head: Buffer;
  signatures: SignatureDraft[];
  after: string;
}

export type Change = (random: Random, draft: Draft, other: Draft) => void;

export function draftOf(document: Uint8Array): Draft {
  const { signatures } = JSON.parse(Buffer.from(document).toString()) as { signatures: SignatureDraft[] };
  const { formatLength } = formatOf(signatures[0]!);
  return { head: Buffer.from(document.subarray(0, Number(formatLength))), signatures, after: "}" };
}

export function documentOf({ head, signatures, after }: Draft): Uint8Array {
  return Buffer.concat([head, Buffer.from(`,"signatures":${JSON.stringify(signatures)}${after}`)]);
}

/** An earlier damage may have changed this value to anything. */
const textOf = (base64: unknown) => Buffer.from(typeof base64 === "string" ? base64 : "", "base64url").toString();
const membersOf = (value: unknown) => (typeof value === "object" && value !== null ? value : {}) as Members;
const algorithms = ["none", "HS256", "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "", null, 5];
const oddities: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  1.5,
  2 ** 53,
  "",
  "AA",
  "x y",
  [],
  {},
  true,
  "A".repeat(3_000),
];

function jwkOf({ header }: SignatureDraft): Members {
  return membersOf(membersOf(header)["jwk"]);
}

function formatOf(signature: SignatureDraft): Members {
  try {
    return membersOf(JSON.parse(textOf(signature.protected)));
  } catch {
    return {};
  }
}

function pickedFrom(random: Random, draft: Draft): SignatureDraft {
  return random.pick(draft.signatures)!;
}

function spoilMember(random: Random, members: Members): void {
  const name = random.pick([...Object.keys(members), "kid", "d", "crit", "x5c", "jwk", "k", "__proto__"])!;
  const value = members[name];
  if (typeof value === "string" && random.chance(0.6)) members[name] = spoilBase64(random, value);
  else members[name] = structuredClone(random.pick(oddities));
}

function spoilBase64(random: Random, text: string): string {
  const bytes = Buffer.from(text, "base64url");
  const half = bytes.length >> 1;
  const forms = [
    () => base64Url(damage(random, bytes)),
    () => base64Url(Buffer.concat([Buffer.of(0), bytes])),
    () => base64Url(bytes.subarray(1)),
    () => base64Url(Buffer.concat([bytes.subarray(half), bytes.subarray(0, half)])),
    () => base64Url(Buffer.alloc(bytes.length, random.pick([0, 1, 255]))),
    () => `${text}==`,
    () => ` ${text}\n`,
    () => bytes.toString("base64"),
    () => damage(random, Buffer.from(text)).toString(),
  ];
  return random.pick(forms)!();
}

export const changes: readonly Change[] = [
  (random, draft) => void (membersOf(pickedFrom(random, draft).header)["alg"] = random.pick(algorithms)),
  (random, draft, other) => void (pickedFrom(random, draft).header = structuredClone(pickedFrom(random, other).header)),
  (random, draft, other) => void (pickedFrom(random, draft).signature = pickedFrom(random, other).signature),
  (random, draft, other) => void (pickedFrom(random, draft).protected = pickedFrom(random, other).protected),
  (_, draft, other) => void (draft.head = other.head),
  (random, draft) => {
    // The reader of the payload must detect a repeated name in the outermost object.
    const twice = random.pick(['"name":"x",', '"tag":1,', '"signatures":[],'])!;
    draft.head = Buffer.concat([Buffer.from(`{${twice}`), draft.head.subarray(1)]);
    if (random.chance(0.5)) return;
    const signature = pickedFrom(random, draft);
    const format = formatOf(signature);
    signature.protected = base64Url(
      JSON.stringify({ ...format, formatLength: Number(format["formatLength"]) + twice.length }),
    );
  },
  (random, draft) => void (draft.head = damage(random, draft.head)),
  (random, draft, other) =>
    void draft.signatures.splice(random.between(0, 1), random.between(0, 1), ...other.signatures),
  (random, draft) =>
    void (draft.signatures = Array.from({ length: random.between(0, 12) }, () => draft.signatures[0]!)),
  (random, draft) => spoilMember(random, membersOf(pickedFrom(random, draft).header)),
  (random, draft) => spoilMember(random, jwkOf(pickedFrom(random, draft))),
  (random, draft) => void delete jwkOf(pickedFrom(random, draft))["kid"],
  (random, draft) => spoilMember(random, membersOf(pickedFrom(random, draft))),
  (random, draft) => {
    const signature = pickedFrom(random, draft);
    signature.signature = spoilBase64(random, String(signature.signature));
  },
  (random, draft) => {
    const signature = pickedFrom(random, draft);
    const format = formatOf(signature);
    if (random.chance(0.5)) spoilMember(random, format);
    else format["formatLength"] = Number(format["formatLength"]) + random.between(-40, 40);
    signature.protected = base64Url(JSON.stringify(format));
  },
  (random, draft) => {
    const { x5c } = membersOf(pickedFrom(random, draft).header);
    if (!Array.isArray(x5c)) return;
    const at = random.between(0, x5c.length - 1);
    if (random.chance(0.5)) x5c.reverse();
    else x5c[at] = Buffer.from(damage(random, Buffer.from(String(x5c[at]), "base64"))).toString("base64");
  },
  (random, draft) =>
    void (draft.after = random.pick([
      "}\n",
      ',"fsLayers":[]}',
      ',"signatures":[]}',
      ',"a":1,"a":2}',
      "}}",
      "",
      ',"name":"x"}',
    ])!),
];
