/** The address of the next page: a path and its query parameters. */
export interface NextPage {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Formats a `Link` header with a relative, percent-encoded target (RFC 8288; TAGS-09). A relative target stays correct
 * behind any proxy.
 */
export function formatNextLink(next: NextPage): string {
  const query = Object.entries(next.query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `<${next.path}?${query.join("&")}>; rel="next"`;
}

/** Returns the target of the link with the relation `next`, unchanged from the header; undefined if there is none. */
export function parseNextLink(header: string): string | undefined {
  for (const [, target, parameters] of header.matchAll(/<([^<>]*)>((?:"[^"]*"|[^",])*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next)\s*(?:;|$)/i.test(parameters ?? "")) return target;
  }
  return undefined;
}
