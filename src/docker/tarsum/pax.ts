import { TarError, type TarHeader } from "./tar-header.ts";

/** The keys and values of an extended header, which describe the next entry. They are unchanged, in Latin-1. */
export type PaxRecords = ReadonlyMap<string, string>;

/** Parses records of the form `<length> <key>=<value>\n`, whose length counts the whole record. Throws TarError. */
export function parsePax(body: Buffer): PaxRecords {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length;) {
    const end = endOfRecord(body, at);
    const record = body.toString("latin1", body.indexOf(0x20, at) + 1, end);
    const equals = record.indexOf("=");
    if (equals < 1 || !record.endsWith("\n")) throw malformed();
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    at = end;
  }
  return records;
}

function endOfRecord(body: Buffer, at: number): number {
  const space = body.indexOf(0x20, at);
  const digits = space < 0 ? "" : body.toString("latin1", at, space);
  const end = at + Number(digits);
  if (!/^[1-9][0-9]{0,8}$/.test(digits) || end <= space || end > body.length) throw malformed();
  return end;
}

function malformed(): TarError {
  return new TarError("an extended header is malformed");
}

const sparse = "GNU.sparse.";

/** Returns the header with the values that the records replace. */
export function withPax(header: TarHeader, records: PaxRecords): TarHeader {
  for (const key of records.keys()) if (key.startsWith(sparse)) throw new TarError("sparse files are not supported");
  const text = (key: string, otherwise: string) => records.get(key) || otherwise;
  const integer = (key: string, otherwise: number) => (records.get(key) ? parseInteger(records.get(key)!) : otherwise);
  return {
    ...header,
    name: text("path", header.name),
    linkname: text("linkpath", header.linkname),
    uname: text("uname", header.uname),
    gname: text("gname", header.gname),
    uid: integer("uid", header.uid),
    gid: integer("gid", header.gid),
    size: Math.max(0, integer("size", header.size)),
    // Fractions of a second are ignored.
    mtime: integer("mtime", header.mtime),
  };
}

function parseInteger(value: string): number {
  const match = /^(-?[0-9]{1,15})(?:\.[0-9]*)?$/.exec(value);
  if (!match) throw new TarError("a number in an extended header is malformed");
  return Number(match[1]);
}

const xattrPrefix = "SCHILY.xattr.";

/** Returns the extended attributes in the byte order of their keys. */
export function xattrsOf(records: PaxRecords): readonly (readonly [key: string, value: string])[] {
  return [...records]
    .filter(([key]) => key.startsWith(xattrPrefix))
    .map(([key, value]) => [key.slice(xattrPrefix.length), value] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
