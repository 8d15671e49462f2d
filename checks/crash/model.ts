/**
 * What a registry that was killed may show afterwards. An acknowledged operation happened; one that was under way may have
 * happened or not; of operations that overlapped in time, any may have been the last. Nothing here does I/O.
 */
import type { Digest } from "../../src/oci/digest.ts";

export type Kind = "blob" | "manifest" | "tag";

/** Hands out moments, each later than the one before. */
export type Moments = () => number;

export function countMoments(): Moments {
  let last = 0;
  return () => (last += 1);
}

interface Write {
  /** The digest that the place holds after it; null for a delete. */
  readonly value: Digest | null;
  readonly begun: number;
  /** When its acknowledgement had arrived; undefined while it has not. */
  acknowledged?: number;
}

/** One write, for the client that makes it. Without any of these calls it stays possible. */
export interface Ticket {
  acknowledge(): void;
  /** It was refused, and so did not happen. */
  reject(): void;
}

/** What a blob, a manifest or a tag may hold. */
export class Register {
  readonly #moments: Moments;
  #settled: Digest | null = null;
  #writes: Write[] = [];

  constructor(moments: Moments) {
    this.#moments = moments;
  }

  begin(value: Digest | null): Ticket {
    const write: Write = { value, begun: this.#moments() };
    this.#writes.push(write);
    return {
      acknowledge: () => {
        write.acknowledged = this.#moments();
      },
      reject: () => {
        this.#writes = this.#writes.filter((other) => other !== write);
      },
    };
  }

  /** Every value that may be found: a write is out of the question once another, begun after its end, was acknowledged. */
  candidates(): readonly (Digest | null)[] {
    const acknowledged = this.#writes.filter((write) => write.acknowledged !== undefined);
    const lastBegun = Math.max(0, ...acknowledged.map(({ begun }) => begun));
    const possible = this.#writes.filter((write) => (write.acknowledged ?? Infinity) > lastBegun);
    const values = possible.map(({ value }) => value);
    return [...new Set(acknowledged.length > 0 ? values : [this.#settled, ...values])];
  }

  /** The only value that may be found; undefined where there are several. */
  certain(): Digest | null | undefined {
    const values = this.candidates();
    return values.length === 1 ? values[0] : undefined;
  }

  /** It was looked at while nothing was under way: whatever was possible before, this is what happened. */
  settle(value: Digest | null): void {
    this.#settled = value;
    this.#writes = [];
  }
}

/** A reply to a GET. */
export interface Observation {
  /** Of the bytes that came; null where the answer was 404. */
  readonly digest: Digest | null;
  /** What the reply itself says that the digest is. */
  readonly claimed?: string | null;
}

export const defects = [
  "lost",
  "wrong bytes",
  "resurrected",
  "stale",
  "session",
  "orphan",
  "unexpected answer",
] as const;
export type Defect = (typeof defects)[number];

export interface Violation {
  readonly defect: Defect;
  readonly text: string;
}

export interface Place {
  readonly kind: Kind;
  readonly repository: string;
  /** A digest, or a tag's name. */
  readonly reference: string;
  readonly register: Register;
}

/** Undefined where the observation is one of those that may be. */
export function judge(place: Place, { digest, claimed }: Observation): Violation | undefined {
  const { kind, repository, reference, register } = place;
  const candidates = register.candidates();
  const violation = (defect: Defect): Violation => {
    const due = candidates.map((value) => value ?? "nothing").join(" or ");
    return { defect, text: `${defect}: ${kind} ${repository} ${reference} is ${digest ?? "nothing"}, due is ${due}` };
  };
  if (digest === null) return candidates.includes(null) ? undefined : violation("lost");
  if (claimed !== digest) return violation("wrong bytes");
  if (kind !== "tag" && digest !== reference) return violation("wrong bytes");
  if (candidates.includes(digest)) return undefined;
  return violation(candidates.every((value) => value === null) ? "resurrected" : "stale");
}
