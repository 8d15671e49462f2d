/** For a registry that clients find below a path: `/prefix/v2/`. */

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
