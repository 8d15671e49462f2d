import type { Connection, Head } from "./connection.ts";

/** Path of a new upload session. */
export async function startSession(connection: Connection, repository: string): Promise<string> {
  await connection.sendHead("POST", `/v2/${repository}/blobs/uploads/`, { "content-length": "0" });
  const reply = requireStatus(await connection.reply(), 202, "POST of a session");
  const location = reply.headers.get("location");
  if (location === undefined) throw new Error("the session has no Location");
  return location;
}

/** The offset of a session in bytes. */
export async function offsetOf(connection: Connection, location: string): Promise<number> {
  await connection.sendHead("GET", location);
  return readOffset(requireStatus(await connection.reply(), 204, "GET of a session"));
}

export function readOffset({ headers }: Head): number {
  const match = /^0-(\d+)$/.exec(headers.get("range") ?? "");
  if (!match) throw new Error(`the Range of a session is ${headers.get("range")}`);
  return match[1] === "0" ? 0 : Number(match[1]) + 1;
}

/** Ends a session with its last bytes. */
export async function finishSession(
  connection: Connection,
  location: string,
  digest: string,
  rest: Iterable<Uint8Array> = [],
  length = 0,
): Promise<void> {
  await connection.sendHead("PUT", `${location}?digest=${digest}`, { "content-length": String(length) });
  for (const bytes of rest) await connection.send(bytes);
  requireStatus(await connection.reply(), 201, "PUT of a session");
}

export function requireStatus(head: Head, status: number, what: string): Head {
  if (head.status !== status) throw new Error(`${what}: answered ${head.status} instead of ${status}`);
  return head;
}
