import type { Digest } from "../../src/oci/digest.ts";
import { contentOf } from "./content.ts";
import type { Answer, Outgoing } from "./http-client.ts";
import type { SessionModel, SessionState } from "./session-model.ts";

export function patch(session: SessionModel, from: number, length: number): Outgoing {
  const body = contentOf(session.recipe).bytes.subarray(from, from + length);
  const headers = { "content-range": `${from}-${from + length - 1}` };
  return { method: "PATCH", path: session.location, headers, body };
}

/** The final PUT, with the bytes that are still missing. */
export function put(session: SessionModel, from: number, digest: Digest): Outgoing {
  const body = contentOf(session.recipe).bytes.subarray(from);
  return { method: "PUT", path: `${session.location}?digest=${digest}`, body };
}

/** `0-0` means no bytes, because no chunk here has a single byte. */
export function readStanding({ status, headers }: Answer): SessionState {
  if (status === 404) return "gone";
  const match = /^0-(\d+)$/.exec(headers.get("range") ?? "");
  if (!match) throw new Error(`the answer ${status} to a question about a session has no Range`);
  const last = Number(match[1]);
  return last === 0 ? 0 : last + 1;
}
