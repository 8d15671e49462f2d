import type { MetadataWrites } from "../store.ts";

/** One write, in the form in which it is sent to the writer. */
export interface Write {
  readonly operation: keyof MetadataWrites;
  readonly parameters: readonly unknown[];
}

/** A destination of writes: the thread that commits them, or a process that forwards them to it. */
export interface Writing {
  write(write: Write): Promise<unknown>;
  /** Why writes are refused at the moment; undefined while they are accepted. */
  readonly fault: string | undefined;
  close(): Promise<void>;
}

/** The result of one write of a committed group. */
export type WriteResult = { readonly value: unknown } | { readonly error: string };

/** A message to the writer thread. */
export type ToWriter =
  | { readonly kind: "open"; readonly path: string }
  | { readonly kind: "group"; readonly writes: readonly Write[] }
  | { readonly kind: "close" };

/** A message from the writer thread. */
export type FromWriter =
  | { readonly kind: "opened" }
  | { readonly kind: "refused"; readonly schemaTooNew: boolean; readonly reason: string }
  | { readonly kind: "committed"; readonly results: readonly WriteResult[] }
  /** The group changed nothing; if `unknown` is true, that is not certain. */
  | { readonly kind: "failed"; readonly reason: string; readonly unknown: boolean }
  /**
   * Why the writer refuses groups from now on; undefined if it accepts them again. It arrives before the reply to the
   * group that caused it.
   */
  | { readonly kind: "fault"; readonly reason: string | undefined }
  | { readonly kind: "closed" };
