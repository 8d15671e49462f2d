/** Where a registry listens; without TLS. */
export interface Origin {
  readonly hostname: string;
  readonly port: number;
  /** For the header. */
  readonly host: string;
}

/** `http://HOST[:PORT]`, and nothing after it. */
export function parseOrigin(text: string): Origin | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" || url.href !== `${url.origin}/`) return undefined;
  return { hostname: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80), host: url.host };
}
