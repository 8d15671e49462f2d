/** Error messages for failures that the runtime or the registry reports. */
import { isJsonObject } from "../oci/json.ts";
import { ClientError } from "./client-error.ts";
import type { Answer } from "./answer.ts";
import type { Silence } from "./silence.ts";

/** The error of a missing or incomplete reply. An error that the caller's own stream threw is returned unchanged. */
export function brokenError(error: unknown, url: URL, silence: Silence): unknown {
  if (error instanceof ClientError) return error;
  if (silence.passed) return new ClientError("unreachable", `${url.host} does not answer`);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED")
    return new ClientError("unreachable", `cannot connect to ${url.host}: connection refused`);
  if (code === "ENOTFOUND")
    return new ClientError("unreachable", `cannot connect: the host ${url.hostname} does not exist`);
  if (code === "EPROTO") return new ClientError("no-tls", `${url.host} does not speak TLS`);
  if (code === "ECONNRESET") return new ClientError("unreachable", `the connection to ${url.host} broke`);
  if (/CERT|SIGNATURE|ISSUER/.test(code)) {
    return new ClientError("untrusted", `the certificate of ${url.host} is not trusted (${code})`);
  }
  return new ClientError("unreachable", `cannot send a request to ${url.host}: ${(error as Error).message}`);
}

/** The error of an unexpected status, with the reasons that the registry gives. */
export function answerError(method: string, { status, url }: Answer<unknown>, body: Uint8Array): ClientError {
  const summary = `${method} ${url.pathname} was answered ${status}`;
  if (status === 401 || status === 403) {
    return new ClientError("answer", `${summary}: ${url.host} requires credentials, which this program cannot send`);
  }
  const reasons = reasonsIn(body);
  return new ClientError("answer", reasons ? `${summary}: ${reasons}` : summary);
}

/** `CODE message` of each error in the envelope; empty if the body is not an error envelope. */
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
