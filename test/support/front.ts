/** A proxy in front of a registry that answers some requests itself, to imitate a faulty or malicious registry. */
export interface Front {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `METHOD path` of each received request, in order. */
  readonly requests: readonly string[];
  dispose(): Promise<void>;
}

/** Starts the proxy. If `answer` returns nothing, the request goes to the registry. */
export function startFront(
  registry: string,
  answer: (request: Request, path: string) => Response | undefined,
  tls: { readonly ca?: string } = {},
): Front {
  const requests: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      const own = answer(request, pathname);
      if (own) return own;
      const headers = new Headers(request.headers);
      headers.delete("host");
      const { method, body } = request;
      const options = { redirect: "manual", decompress: false, tls } as const;
      return fetch(`${registry}${pathname}${search}`, { method, headers, body, ...options });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, requests, dispose: () => server.stop(true) };
}
