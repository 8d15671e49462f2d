import { clientLimits } from "./limits.ts";
import { ociLimits } from "../oci/limits.ts";
import type { Host } from "../oci/host.ts";
import type { Answer } from "./answer.ts";
import { answerError, brokenError } from "./failures.ts";
import { ClientError } from "./client-error.ts";
import { Silence } from "./silence.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** A registry and how to connect to it. */
export interface Endpoint {
  readonly host: Host;
  /** True to connect without TLS. */
  readonly plainHttp?: boolean;
  /** Certificate in PEM of the authority to trust in place of the system's. */
  readonly ca?: string;
  readonly silenceMs?: number;
}

/** A streamed body of a known size, sent unchanged. */
export interface Content {
  readonly size: number;
  readonly bytes: Bytes;
}

/** A request to a registry. */
export interface Ask {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  /** A path, or a URL that the registry returned. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | Content;
  /** The statuses that the caller handles. Any other status is an error. */
  readonly expected: readonly number[];
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Sends requests to one registry. Throws a ClientError if a request fails. */
export class Connection {
  readonly #endpoint: Endpoint;
  readonly #origin: URL;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#origin = new URL(`${endpoint.plainHttp ? "http" : "https"}://${endpoint.host}`);
  }

  /** Sends a request and reads the whole body of the reply, which must be small. */
  async ask(ask: Ask): Promise<Answer<Uint8Array>> {
    const answer = await this.open(ask);
    return { ...answer, body: await collect(answer.body, answer.url) };
  }

  /**
   * Sends a request and returns the reply with a streamed body. The caller must read the body to its end, or end the
   * generator.
   */
  async open(ask: Ask): Promise<Answer<AsyncGenerator<Uint8Array>>> {
    let url = this.resolve(ask.path, this.#origin);
    for (let follows = 0; follows <= clientLimits.redirects; follows += 1) {
      const answer = await this.#exchange(url, ask);
      const location = answer.headers.get("location");
      if (ask.expected.includes(answer.status)) return answer;
      const reads = ask.method === "GET" || ask.method === "HEAD";
      if (!reads || location === null || !redirects.has(answer.status)) {
        throw answerError(ask.method, answer, await collect(answer.body, url));
      }
      await answer.body.return(undefined);
      url = this.resolve(location, url);
    }
    throw new ClientError(
      "answer",
      `${ask.method} ${url.pathname} was redirected more than ${clientLimits.redirects} times`,
    );
  }

  /** Resolves a URL that the registry returned. It refuses a URL without TLS if the connection uses TLS. */
  resolve(location: string | URL, base: URL): URL {
    const url = URL.parse(location, base);
    const schemes = this.#endpoint.plainHttp ? ["http:", "https:"] : ["https:"];
    if (url && schemes.includes(url.protocol)) return url;
    throw new ClientError(
      "answer",
      `${base.host} redirects to ${JSON.stringify(String(location))}, which is not followed`,
    );
  }

  async #exchange(url: URL, { method, headers, body }: Ask): Promise<Answer<AsyncGenerator<Uint8Array>>> {
    const silence = new Silence(this.#endpoint.silenceMs);
    try {
      const response = await fetch(url, {
        method,
        // The caller hashes the stored bytes, so they must not be compressed.
        headers: { "accept-encoding": "identity", ...headers, ...lengthOf(body) },
        decompress: false,
        redirect: "manual",
        signal: silence.signal,
        // Only silence ends a request. The runtime's timeout would end a long one that still moves bytes.
        timeout: false,
        ...(body && { body: bodyOf(body, silence) }),
        ...(this.#endpoint.ca !== undefined && { tls: { ca: this.#endpoint.ca } }),
      });
      const { status } = response;
      return { status, headers: response.headers, url, body: bytesOf(response, url, silence) };
    } catch (error) {
      silence.end();
      throw brokenError(error, url, silence);
    }
  }
}

function lengthOf(body: Ask["body"]): Readonly<Record<string, string>> {
  return body && "size" in body ? { "content-length": String(body.size) } : {};
}

function bodyOf(body: NonNullable<Ask["body"]>, silence: Silence): BodyInit {
  if (!("size" in body)) return body;
  const pieces = silence.broken(body.bytes);
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

async function* bytesOf(response: Response, url: URL, silence: Silence): AsyncGenerator<Uint8Array> {
  try {
    if (response.body) yield* silence.broken(response.body);
  } catch (error) {
    throw brokenError(error, url, silence);
  } finally {
    silence.end();
  }
}

async function collect(bytes: Bytes, { pathname }: URL): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    size += piece.length;
    if (size > ociLimits.answerBytes) {
      throw new ClientError("answer", `the reply to ${pathname} is larger than ${ociLimits.answerBytes} bytes`);
    }
  }
  return Buffer.concat(pieces);
}
