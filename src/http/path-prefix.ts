/** Addresses as clients see them: below a path, `/prefix/v2/`, or with the name of the host. */

/** Where a proxy has taken the prefix off, nothing is left to do. */
export function withoutPrefix(path: string, prefix: string | undefined): string {
  if (prefix === undefined) return path;
  // The prefix alone is the root, also without a slash at its end.
  if (path === prefix) return "/";
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

/**
 * A path with more than one slash at its start, as clients ask for it whose base address ends with a slash (`//v2/`), as it
 * should be. It never begins with two slashes, which would name another host.
 */
export function cleanPath(path: string, prefix: string | undefined): string {
  return withSingleSlash(withoutPrefix(withSingleSlash(path), prefix));
}

function withSingleSlash(path: string): string {
  return path.replace(/^\/+/, "/");
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
