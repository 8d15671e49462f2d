/** Addresses as clients see them: below a path, `/prefix/v2/`, or with the name of the host. */

/** Where a proxy has taken the prefix off, nothing is left to do. */
export function withoutPrefix(path: string, prefix: string | undefined): string {
  return prefix !== undefined && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

/** The headers that hold a path of this registry, as clients have to ask for it. */
export function addPrefix(headers: Headers, prefix: string): void {
  const location = headers.get("Location");
  if (location !== null) headers.set("Location", prefix + location);
  const link = headers.get("Link");
  if (link !== null) headers.set("Link", link.replace("<", `<${prefix}`));
}

/** For clients that use a Location as it stands: Docker did, until it resolved it against what it had asked. */
export function makeAbsolute(headers: Headers, publicAddress: string): void {
  const location = headers.get("Location");
  if (location !== null) headers.set("Location", publicAddress + location);
}
