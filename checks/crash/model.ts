/**
 * The possible states of a registry after it was killed. An acknowledged operation happened. One in progress may have
 * happened or not. Of operations that overlapped in time, any may have been the last. This file does no I/O.
 */
import type { Digest } from "../../src/oci/digest.ts";

export type Kind = "blob" | "manifest" | "tag";

/** Returns moments, each later than the previous one. */
export type Moments = () => number;

export function countMoments(): Moments {
  let last = 0;
  return () => (last += 1);
}

interface Write {
  /** The digest at this place after the write; null after a delete. */
  readonly value: Digest | null;
  readonly begun: number;
  /** The moment at which its acknowledgement arrived; undefined until then. */
  acknowledged?: number;
}

/** One write, for the client that makes it. Until one of these calls, it may or may not have happened. */
export interface Ticket {
  acknowledge(): void;
  /** The write was refused, so it did not happen. */
  reject(): void;
}

/** The possible values of a blob, a manifest or a tag. */
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

  /**
   * All values that may be found. A write cannot be found once another write that began after its end was
   * acknowledged.
   */
  candidates(): readonly (Digest | null)[] {
    const acknowledged = this.#writes.filter((write) => write.acknowledged !== undefined);
    const lastBegun = Math.max(0, ...acknowledged.map(({ begun }) => begun));
    const possible = this.#writes.filter((write) => (write.acknowledged ?? Infinity) > lastBegun);
    const values = possible.map(({ value }) => value);
    return [...new Set(acknowledged.length > 0 ? values : [this.#settled, ...values])];
  }

  /** The only possible value; undefined if there are several. */
  certain(): Digest | null | undefined {
    const values = this.candidates();
    return values.length === 1 ? values[0] : undefined;
  }

  /** Sets the value that was read while no write was in progress: it is the result of all earlier writes. */
  settle(value: Digest | null): void {
    this.#settled = value;
    this.#writes = [];
  }
}

/** A reply to a GET. */
export interface Observation {
  /** The digest of the received bytes; null for a 404. */
  readonly digest: Digest | null;
  /** The digest in the response header. */
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

/** The violation in an observation; undefined if the observation is possible. */
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
