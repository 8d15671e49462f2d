import { CertificateError } from "../../base/certificate.ts";
import { ClaimError } from "../../base/claim.ts";
import { PrivateFileError } from "../../base/private-file.ts";
import { ignoredVariables, loadSettings, SettingError } from "../../config/load.ts";
import type { Settings } from "../../config/settings.ts";
import { SchemaTooNew } from "../../metadata/sqlite/migrate.ts";
import { serve, type Running } from "../../serve.ts";
import { supervise } from "../../serve/supervise.ts";
import { fail, print } from "../output.ts";
import { untilAskedToEnd } from "../signals.ts";

/** Runs until a signal ends it. 1: it could not start or stop; 2: a setting is wrong. */
export async function serveCommand(flags: readonly string[]): Promise<number> {
  let settings: Settings;
  try {
    settings = loadSettings(flags, process.env);
  } catch (error) {
    if (error instanceof SettingError) return fail(error.message, 2);
    throw error;
  }
  // Whatever it makes, also inside of SQLite, is for this user alone.
  process.umask(0o077);
  let running: Running | undefined;
  const ended = untilAskedToEnd(() => void running?.reloadCertificate?.());
  try {
    running = await (settings.workers > 1 ? supervise(settings) : serve(settings));
  } catch (error) {
    if (error instanceof CertificateError) return fail(`--tls-${error.file}: ${error.message}`, 2);
    return fail(reasonOf(error, settings), 1);
  }
  greet(running);
  warn(running, ignoredVariables(process.env));
  await ended;
  process.stdout.write("lading: finishing the requests in flight ...\n");
  await running.stop();
  return 0;
}

function greet({ scheme, hostname, port, data }: Running): void {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const reachable = host === "0.0.0.0" || host === "[::]" ? "127.0.0.1" : host;
  process.stdout.write(
    `lading: listening on ${scheme}://${host}:${port} (process ${process.pid})\n` +
      `lading: data in ${data}\n` +
      `lading: try  docker tag IMAGE ${reachable}:${port}/IMAGE && docker push ${reachable}:${port}/IMAGE\n`,
  );
}

/** What the operator should know, in plain words; after the greeting. */
function warn({ hostname, port }: Running, ignored: readonly string[]): void {
  const warnings = ignored.map((variable) => `the environment variable ${variable} is no setting and is ignored`);
  if (!isLoopback(hostname)) {
    warnings.push(
      `there are no accounts: anyone who can reach port ${port} of this machine can push and delete. ` +
        `Listen on 127.0.0.1:${port}, or put a proxy with passwords in front (docs/operations.md)`,
    );
  }
  print(...warnings.map((warning) => `lading: warning: ${warning}`));
}

function isLoopback(hostname: string): boolean {
  return hostname.startsWith("127.") || hostname === "::1" || hostname === "localhost";
}

function reasonOf(error: unknown, { listen, data }: Settings): string {
  const { message } = error as Error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const listening = error instanceof Error && "syscall" in error && error.syscall === "listen";
  if (listening && code === "ENOENT") return `--listen: ${listen.hostname} is not an address of this machine`;
  if (isAboutData(error)) return `--data: ${message}`;
  switch (code) {
    case "EADDRINUSE":
      return `--listen: port ${listen.port} of ${listen.hostname} is in use; stop what uses it, or name another port`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `--listen: ${listen.hostname} is not an address of this machine`;
    case "EACCES":
      return `--listen: port ${listen.port} may not be used by this user; name one above 1023`;
    default:
      return `cannot start with data in ${data}: ${message}`;
  }
}

function isAboutData(error: unknown): boolean {
  return [ClaimError, SchemaTooNew, PrivateFileError].some((kind) => error instanceof kind);
}
