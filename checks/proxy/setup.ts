// The ways to run the registry on a network, and a function that starts one of them.
import { join } from "node:path";
import { Daemon } from "../clients/daemon.ts";
import { freePort } from "../clients/registry.ts";
import type { Workplace } from "../clients/workplace.ts";
import { makeCertificate, writePair } from "../../test/support/certificate.ts";
import { lading } from "../../test/support/command.ts";
import { Front } from "./front.ts";
import { startNginx } from "./nginx.ts";

const READY_WITHIN_MS = 30_000;

export interface Setup {
  readonly name: string;
  /** nginx's configuration, by its path in the project; if absent, the registry itself uses TLS. */
  readonly site?: string;
  /** The number of registries behind nginx. */
  readonly registries?: 2;
  readonly flags?: readonly string[];
  /** The path that clients need before `/v2`. */
  readonly path?: string;
  /** The prefix that clients need before a repository's name. */
  readonly prefix?: string;
  /** The only user that nginx allows; if absent, it allows everyone. */
  readonly user?: User;
}

export interface User {
  readonly name: string;
  readonly password: string;
}

/** A set-up that runs. */
export interface RunningSetup {
  readonly front: Front;
  /** The data directory of the registry that clients reach. */
  readonly data: string;
  /** The warnings of nginx; absent without nginx. */
  readonly proxyLog: string | undefined;
  /** Replaces the registry's certificate by one with this subject; absent if nginx uses TLS. */
  readonly renew: ((subject: string) => void) | undefined;
}

/** Runs `work` with the set-up, and stops all of it afterwards. */
export async function withSetup(
  place: Workplace,
  setup: Setup,
  work: (standing: RunningSetup) => Promise<void>,
): Promise<void> {
  const daemons: Daemon[] = [];
  try {
    await work(await start(place, setup, daemons));
  } finally {
    for (const daemon of daemons.toReversed()) await daemon.stop();
  }
}

async function start(place: Workplace, setup: Setup, daemons: Daemon[]): Promise<RunningSetup> {
  const authority = makeCertificate({ subject: "authority" });
  const folder = place.folder(`certificate-${setup.name}`);
  const writeCertificate = (subject: string) => writePair(folder, makeCertificate({ subject, issuer: authority }));
  const certificate = writeCertificate("first");
  const caFile = join(folder, "ca.crt");
  await Bun.write(caFile, authority.cert);
  const port = await freePort();
  const { site, path = "", prefix = "", flags = [], registries: count = 1, user } = setup;
  const front = new Front({ port, ca: authority.cert, caFile, path, prefix, user });
  const isReady = () => front.answers();
  if (site === undefined) {
    const env = { LADING_TLS_CERT: certificate.cert, LADING_TLS_KEY: certificate.key };
    const registry = await startRegistry(place, { port, flags, env, isReady });
    daemons.push(registry.daemon);
    const renew = (subject: string) => {
      writeCertificate(subject);
      registry.daemon.signal("SIGHUP");
    };
    return { front, data: registry.data, proxyLog: undefined, renew };
  }
  const registries: StartedRegistry[] = [];
  for (let index = 0; index < count; index += 1) {
    const own = await freePort();
    const registry = await startRegistry(place, { port: own, flags, env: {}, isReady: () => isReadyAt(own) });
    daemons.push(registry.daemon);
    registries.push(registry);
  }
  const ports = registries.map((registry) => registry.port);
  const passwords = user && (await writePasswords(folder, user));
  const nginx = await startNginx({ place, site, port, certificate, registries: ports, isReady, passwords });
  daemons.push(nginx.daemon);
  return { front, data: registries.at(-1)!.data, proxyLog: nginx.log, renew: undefined };
}

/** The format of `htpasswd` and `openssl passwd`. Both nginx and Bun support SHA-1. */
async function writePasswords(folder: string, { name, password }: User): Promise<string> {
  const file = join(folder, "htpasswd");
  const hash = new Bun.CryptoHasher("sha1").update(password).digest("base64");
  await Bun.write(file, `${name}:{SHA}${hash}\n`);
  return file;
}

function isReadyAt(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    (reply) => reply.ok,
    () => false,
  );
}

interface RegistryOptions {
  readonly port: number;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly isReady: () => Promise<boolean>;
}

interface StartedRegistry {
  readonly port: number;
  readonly data: string;
  readonly daemon: Daemon;
}

async function startRegistry(
  place: Workplace,
  { port, flags, env, isReady }: RegistryOptions,
): Promise<StartedRegistry> {
  const data = place.folder(`data-${port}`);
  const daemon = await Daemon.start({
    command: [...lading, "serve", "--listen", `127.0.0.1:${port}`, "--data", data, ...flags],
    env: { ...place.env, ...env },
    logFile: join(place.root, `registry-${port}.log`),
    isReady,
    readyWithinMs: READY_WITHIN_MS,
  });
  return { port, data, daemon };
}
