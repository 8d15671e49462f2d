import type { Settings } from "../../config/settings.ts";
import { cliLimits } from "../limits.ts";
import { fail, print } from "../output.ts";
import { withConfiguration } from "../with-configuration.ts";

/**
 * Runs `lading health`: asks the registry that these settings start whether it can read and store content. Resolves to
 * the exit code. A container uses it as its health check, because its image has no other program.
 */
export function healthCommand(flags: readonly string[]): Promise<number> {
  return withConfiguration(flags, ({ settings }) => check(readyUrl(settings)));
}

/** The address of `/readyz` from this machine. A registry that listens on all addresses also listens on loopback. */
export function readyUrl({ listen, tlsCert }: Pick<Settings, "listen" | "tlsCert">): string {
  const loopback: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  const hostname = loopback[listen.hostname] ?? listen.hostname;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return `${tlsCert === undefined ? "http" : "https"}://${host}:${listen.port}/readyz`;
}

async function check(url: string): Promise<number> {
  // The runtime uses the proxy of the environment otherwise, even for this machine.
  process.env["NO_PROXY"] = "*";
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(cliLimits.healthMs),
      redirect: "manual",
      // The certificate is for the name that clients use, which is not that of this address.
      tls: { rejectUnauthorized: false },
    });
    const text = (await response.text()).trim();
    if (response.status !== 200) return fail(`${url} answers ${response.status}: ${text}`, 1);
    print(`${url}: ${text}`);
    return 0;
  } catch (error) {
    return fail(`${url} does not answer: ${(error as Error).message}`, 1);
  }
}
