/** The address of the next page: a path and the query parameters that lead to it. */
export interface NextPage {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** `Link` with a relative, percent-encoded target (RFC 8288; TAGS-09), so that no proxy can make it wrong. */
export function formatNextLink(next: NextPage): string {
  const query = Object.entries(next.query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `<${next.path}?${query.join("&")}>; rel="next"`;
}

/** The target of the link whose relation is `next`, as it stands in the header. */
export function parseNextLink(header: string): string | undefined {
  for (const [, target, parameters] of header.matchAll(/<([^<>]*)>((?:"[^"]*"|[^",])*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next)\s*(?:;|$)/i.test(parameters ?? "")) return target;
  }
  return undefined;
}
