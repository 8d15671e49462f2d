/** Addresses as clients see them: below a path, `/prefix/v2/`, or with the name of the host. */

/** Where a proxy has taken the prefix off, nothing is left to do. */
export function withoutPrefix(path: string, prefix: string | undefined): string {
  if (prefix === undefined) return path;
  // The prefix alone is the root, also without a slash at its end.
  if (path === prefix) return "/";
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

/**
 * What a client means by a path that begins with several slashes, as it does where its base address ends with one: `/v2/` for
 * `//v2/`. Undefined for other paths, and where nothing of the API is meant.
 */
export function meantPath(path: string, prefix: string | undefined): string | undefined {
  if (!path.startsWith("//")) return undefined;
  const meant = withSingleSlash(withoutPrefix(withSingleSlash(path), prefix));
  if (meant === "/v2") return "/v2/";
  return meant.startsWith("/v2/") ? meant : undefined;
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
