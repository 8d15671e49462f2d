/** The address of a registry without TLS. */
export interface Origin {
  readonly hostname: string;
  readonly port: number;
  /** The value of the `Host` header. */
  readonly host: string;
}

/** Parses `http://HOST[:PORT]` without a path; undefined for any other text. */
export function parseOrigin(text: string): Origin | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" || url.href !== `${url.origin}/`) return undefined;
  return { hostname: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80), host: url.host };
}
