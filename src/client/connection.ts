import { clientLimits } from "./limits.ts";
import { ociLimits } from "../oci/limits.ts";
import type { Host } from "../oci/host.ts";
import type { Answer } from "./answer.ts";
import { answerError, brokenError } from "./failures.ts";
import { ClientError } from "./client-error.ts";
import { Silence } from "./silence.ts";

type Bytes = AsyncIterable<Uint8Array>;

export interface Endpoint {
  readonly host: Host;
  /** Without TLS. */
  readonly plainHttp?: boolean;
  /** PEM of the authority whose certificates are trusted, in place of the system's. */
  readonly ca?: string;
  readonly silenceMs?: number;
}

/** Bytes that are sent as they come; so many of them. */
export interface Content {
  readonly size: number;
  readonly bytes: Bytes;
}

export interface Ask {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  /** Or an address that the registry gave. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | Content;
  /** The statuses that the asker can go on with; any other is an error. */
  readonly expected: readonly number[];
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Asks one registry. Throws a ClientError for all that goes wrong on the way. */
export class Connection {
  readonly #endpoint: Endpoint;
  readonly #origin: URL;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.#origin = new URL(`${endpoint.plainHttp ? "http" : "https"}://${endpoint.host}`);
  }

  /** For a body that is small. */
  async ask(ask: Ask): Promise<Answer<Uint8Array>> {
    const answer = await this.open(ask);
    return { ...answer, body: await collect(answer.body, answer.url) };
  }

  /** For a body that is streamed; it has to be read, or let go, to its end. */
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
      `${ask.method} ${url.pathname} was sent on more than ${clientLimits.redirects} times`,
    );
  }

  /** An address that the registry gave; never one without TLS where it was asked with it. */
  resolve(location: string | URL, base: URL): URL {
    const url = URL.parse(location, base);
    const schemes = this.#endpoint.plainHttp ? ["http:", "https:"] : ["https:"];
    if (url && schemes.includes(url.protocol)) return url;
    throw new ClientError(
      "answer",
      `${base.host} sends on to ${JSON.stringify(String(location))}, which is not followed`,
    );
  }

  async #exchange(url: URL, { method, headers, body }: Ask): Promise<Answer<AsyncGenerator<Uint8Array>>> {
    const silence = new Silence(this.#endpoint.silenceMs);
    try {
      const response = await fetch(url, {
        method,
        // What is hashed are the bytes as they are stored.
        headers: { "accept-encoding": "identity", ...headers, ...lengthOf(body) },
        decompress: false,
        redirect: "manual",
        signal: silence.signal,
        // Silence is what ends a request; the runtime would end a long one that moves.
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
      throw new ClientError("answer", `the answer to ${pathname} is larger than ${ociLimits.answerBytes} bytes`);
    }
  }
  return Buffer.concat(pieces);
}
