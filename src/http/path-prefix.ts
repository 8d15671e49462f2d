/** Paths and addresses as clients see them: with a prefix, `/prefix/v2/`, or with the host name. */

/** Removes the prefix. A proxy may have removed it already. */
export function withoutPrefix(path: string, prefix: string | undefined): string {
  if (prefix === undefined) return path;
  // The prefix alone, with or without a slash at its end, is the root.
  if (path === prefix) return "/";
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

/**
 * Returns the path that a client means by a path with several slashes at its start, such as `/v2/` for `//v2/`.
 * Clients send it if their base address ends with a slash. Undefined for other paths, and for paths outside of the
 * API.
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

/** Adds the prefix to the headers that contain a path of this registry. A redirect may lead to another host. */
export function addPrefix(headers: Headers, prefix: string): void {
  const location = headers.get("Location");
  if (location?.startsWith("/")) headers.set("Location", prefix + location);
  const link = headers.get("Link");
  if (link !== null) headers.set("Link", link.replace("<", `<${prefix}`));
}

/** Makes `Location` absolute, for clients that do not resolve a relative one. Old versions of Docker did not. */
export function makeAbsolute(headers: Headers, publicAddress: string): void {
  const location = headers.get("Location");
  if (location?.startsWith("/")) headers.set("Location", publicAddress + location);
}
