// The ways in which the registry can stand on a network, and one of them brought to life.
import { join } from "node:path";
import type { CertificateFiles } from "../../src/base/certificate.ts";
import { Daemon } from "../clients/daemon.ts";
import { freePort } from "../clients/registry.ts";
import type { Workplace } from "../clients/workplace.ts";
import { makeCertificate, writePair } from "../harness/certificate.ts";
import { Front } from "./front.ts";
import { startNginx } from "./nginx.ts";

const READY_WITHIN_MS = 30_000;
const MAIN = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");

export interface Setup {
  readonly name: string;
  /** nginx's configuration, by its path in the project; absent, the registry speaks TLS itself. */
  readonly site?: string;
  /** Those behind nginx. */
  readonly registries?: 2;
  readonly flags?: readonly string[];
  /** What clients have to put before `/v2`. */
  readonly path?: string;
  /** What clients have to put before a repository's name. */
  readonly prefix?: string;
}

/** Runs `work` with the set-up, and ends all of it. */
export async function withSetup(place: Workplace, setup: Setup, work: (front: Front) => Promise<void>): Promise<void> {
  const authority = makeCertificate({ subject: "authority" });
  const folder = place.folder(`certificate-${setup.name}`);
  const certificate = writePair(folder, makeCertificate({ issuer: authority }));
  const caFile = join(folder, "ca.crt");
  await Bun.write(caFile, authority.cert);
  const port = await freePort();
  const { path = "", prefix = "" } = setup;
  const front = new Front({ port, ca: authority.cert, caFile, path, prefix });
  const daemons: Daemon[] = [];
  try {
    await start(place, setup, { port, certificate, front, daemons });
    await work(front);
  } finally {
    for (const daemon of daemons.toReversed()) await daemon.stop();
  }
}

interface Starting {
  readonly port: number;
  readonly certificate: CertificateFiles;
  readonly front: Front;
  readonly daemons: Daemon[];
}

async function start(place: Workplace, { site, registries: count = 1, flags = [] }: Setup, starting: Starting) {
  const { port, certificate, front, daemons } = starting;
  const isReady = () => front.answers();
  if (site === undefined) {
    const tls = ["--tls-cert", certificate.cert, "--tls-key", certificate.key];
    daemons.push(await startRegistry(place, port, [...flags, ...tls], isReady));
    return;
  }
  const registries: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const own = await freePort();
    const answers = () =>
      fetch(`http://127.0.0.1:${own}/readyz`).then(
        (reply) => reply.ok,
        () => false,
      );
    daemons.push(await startRegistry(place, own, flags, answers));
    registries.push(own);
  }
  daemons.push(await startNginx({ place, site, port, certificate, registries, isReady }));
}

function startRegistry(place: Workplace, port: number, flags: readonly string[], isReady: () => Promise<boolean>) {
  const where = ["--listen", `127.0.0.1:${port}`, "--data", place.folder(`data-${port}`)];
  return Daemon.start({
    command: [process.execPath, MAIN, "serve", ...where, ...flags],
    env: place.env,
    logFile: join(place.root, `registry-${port}.log`),
    isReady,
    readyWithinMs: READY_WITHIN_MS,
  });
}
