/** What the runtime and the registry say went wrong, in words for the user. */
import { isJsonObject } from "../oci/json.ts";
import { ClientError } from "./client-error.ts";
import type { Answer } from "./answer.ts";
import type { Silence } from "./silence.ts";

/** No answer, or half of one. What an own stream threw while it was sent stays what it is. */
export function brokenError(error: unknown, url: URL, silence: Silence): unknown {
  if (error instanceof ClientError) return error;
  if (silence.passed) return new ClientError("unreachable", `${url.host} does not answer`);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED")
    return new ClientError("unreachable", `cannot connect to ${url.host}: nothing listens there`);
  if (code === "ENOTFOUND") return new ClientError("unreachable", `cannot connect: there is no host ${url.hostname}`);
  if (code === "EPROTO") return new ClientError("no-tls", `${url.host} does not speak TLS`);
  if (code === "ECONNRESET") return new ClientError("unreachable", `the connection to ${url.host} broke`);
  if (/CERT|SIGNATURE|ISSUER/.test(code)) {
    return new ClientError("untrusted", `the certificate of ${url.host} is not trusted (${code})`);
  }
  return new ClientError("unreachable", `cannot ask ${url.host}: ${(error as Error).message}`);
}

/** A status that was not expected, with what the registry says of it. */
export function answerError(method: string, { status, url }: Answer<unknown>, body: Uint8Array): ClientError {
  const asked = `${method} ${url.pathname} was answered ${status}`;
  if (status === 401 || status === 403) {
    return new ClientError("answer", `${asked}: ${url.host} asks for credentials, and there are none to give`);
  }
  const reasons = reasonsIn(body);
  return new ClientError("answer", reasons ? `${asked}: ${reasons}` : asked);
}

/** `CODE message` of each error in the envelope; nothing where it is none. */
function reasonsIn(body: Uint8Array): string {
  try {
    const { errors } = JSON.parse(new TextDecoder().decode(body)) as { errors?: unknown };
    const entries = Array.isArray(errors) ? errors.filter(isJsonObject) : [];
    const texts = entries.map(({ code, message }) =>
      [code, message].filter((text) => typeof text === "string").join(" "),
    );
    return texts.slice(0, 3).join("; ");
  } catch {
    return "";
  }
}
