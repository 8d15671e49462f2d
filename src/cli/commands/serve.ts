import { resolve } from "node:path";
import { CertificateError } from "../../base/certificate.ts";
import { DirectoryLockError } from "../../base/fs/directory-lock.ts";
import { otherOwner } from "../../base/fs/ownership.ts";
import { PrivateFileError } from "../../base/fs/private-file.ts";
import { nearestName } from "../../base/nearest-name.ts";
import { notifyServiceManager, type ServiceState } from "../../base/service-manager.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { Settings } from "../../config/settings.ts";
import { SchemaTooNew } from "../../metadata/sqlite/migrate.ts";
import { serve, type Running } from "../../server/compose.ts";
import { adviceFor, findForeignData } from "../../server/foreign-data.ts";
import { commands, type CommandName } from "../commands.ts";
import { fail, failCertificate, failSecondCommand, print } from "../output.ts";
import { untilAskedToEnd } from "../signals.ts";
import { withConfiguration } from "../with-configuration.ts";

/**
 * Runs the registry until a signal ends it, and resolves to the exit code: 0 after a graceful shutdown, 1 if the registry could
 * not start, 2 if a setting is wrong.
 */
export async function serveCommand(flags: readonly string[]): Promise<number> {
  const second = secondCommand(flags);
  if (second !== undefined) return failSecondCommand(flags[0]!, second);
  return withConfiguration(flags, run);
}

async function run(configuration: Configuration): Promise<number> {
  const { settings } = configuration;
  // Only this user may read new files, also those that SQLite creates.
  process.umask(0o077);
  let running: Running | undefined;
  let isEnding = false;
  const ended = untilAskedToEnd(() => void (running && reload(running))).then(() => void (isEnding = true));
  try {
    running = await serve(settings);
  } catch (error) {
    // A signal to the whole process group ends workers that have no signal handler yet.
    if (isEnding) return 0;
    if (error instanceof CertificateError) return failCertificate(error, configuration);
    return fail(reasonOf(error, configuration), 1);
  }
  greet(running);
  warn(running);
  warnOfNotes(configuration);
  warnOfForeignData(running.data);
  report("READY=1");
  await ended;
  report("STOPPING=1");
  process.stdout.write("lading: finishing the requests in flight ...\n");
  await running.stop();
  return 0;
}

/** The command that the first word looks like. `npm start -- help` comes here, because `npm start` adds `serve`. */
function secondCommand([first]: readonly string[]): CommandName | undefined {
  if (first === undefined || first.startsWith("-")) return undefined;
  return nearestName(first, Object.keys(commands)) as CommandName | undefined;
}

/** Reads the certificate again. Between the two states, the service manager shows the service as reloading. */
async function reload({ reloadCertificate }: Running): Promise<void> {
  report("RELOADING=1");
  await reloadCertificate?.();
  report("READY=1");
}

function report(state: ServiceState): void {
  try {
    notifyServiceManager(state);
  } catch (error) {
    fail(`cannot report ${state} (NOTIFY_SOCKET): ${(error as Error).message}`, 1);
  }
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

/** Prints a warning for the operator after the greeting if other machines can reach the registry. */
function warn({ hostname, port }: Running): void {
  if (isLoopback(hostname)) return;
  print(
    `lading: warning: Lading has no accounts: anyone who can reach port ${port} of this machine can push and delete. ` +
      `Listen on 127.0.0.1:${port}, or put a proxy that asks for a password in front (docs/operations.md)`,
  );
}

/** Prints the keys and variables of distribution that the operator may miss. */
function warnOfNotes({ notes }: Configuration): void {
  const missed = notes.filter(({ effect }) => effect !== "none");
  print(...missed.map(({ message }) => `lading: warning: ${message}`));
}

/** Prints which data of another registry the directory has besides Lading's. */
function warnOfForeignData(data: string): void {
  const found = findForeignData(data);
  if (!found) return;
  print(`lading: warning: ${data} also contains the data ${found.whose} (${found.path}); ${adviceFor(found)}`);
}

function isLoopback(hostname: string): boolean {
  return hostname.startsWith("127.") || hostname === "::1" || hostname === "localhost";
}

function reasonOf(error: unknown, configuration: Configuration): string {
  const { listen, data } = configuration.settings;
  const { message } = error as Error;
  if (isAboutData(error)) return `${configuration.nameOf("data")}: ${message}`;
  const listening = listenFailure(error, listen);
  if (listening !== undefined) return `${configuration.nameOf("listen")}: ${listening}`;
  const owner = otherOwner(resolve(data), ["metadata.sqlite", "signing-key.json", "storage"]);
  return `cannot start with data in ${data}: ${message}${owner === undefined ? "" : `; ${owner}`}`;
}

/** The errors of the runtime for a name without an address. Which one occurs depends on the resolver. */
const unknownHost: ReadonlySet<string> = new Set(["listen ENOENT", "listen EINVAL"]);

/** Returns what is wrong with the address to listen on, or undefined if the error has another cause. */
function listenFailure(error: unknown, { hostname, port }: Settings["listen"]): string | undefined {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return `port ${port} of ${hostname} is in use; stop the other program, or choose another port`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || unknownHost.has(`${syscall} ${code}`)) {
    return `${hostname} is not an address of this machine`;
  }
  if (code === "EACCES" && path === undefined) {
    return `port ${port} may not be used by this user; choose a port above 1023`;
  }
  return undefined;
}

function isAboutData(error: unknown): boolean {
  return [DirectoryLockError, SchemaTooNew, PrivateFileError].some((kind) => error instanceof kind);
}
