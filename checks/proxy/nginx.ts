// nginx in front of registries, with a configuration file as users install it: only addresses and files differ.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CertificateFiles } from "../../src/base/certificate.ts";
import { Daemon } from "../clients/daemon.ts";
import type { Workplace } from "../clients/workplace.ts";

const READY_WITHIN_MS = 10_000;
const PROJECT_FOLDER = join(import.meta.dir, "..", "..");

export interface NginxOptions {
  readonly place: Workplace;
  /** Path in the project. */
  readonly site: string;
  readonly port: number;
  readonly certificate: CertificateFiles;
  /** The ports of the registries, which replace 5000 and 5001. */
  readonly registries: readonly number[];
  readonly isReady: () => Promise<boolean>;
  /** The file of user names and passwords, if the configuration names one. */
  readonly passwords?: string | undefined;
}

export interface StartedNginx {
  readonly daemon: Daemon;
  /** The file for its warnings and errors. */
  readonly log: string;
}

export async function startNginx(options: NginxOptions): Promise<StartedNginx> {
  const folder = options.place.folder(`nginx-${options.port}`);
  const site = join(folder, "site.conf");
  writeFileSync(site, siteFor(options));
  writeFileSync(join(folder, "nginx.conf"), mainConfiguration(folder, site));
  const log = join(folder, "error.log");
  const daemon = await Daemon.start({
    command: ["nginx", "-e", log, "-c", join(folder, "nginx.conf")],
    env: options.place.env,
    logFile: join(folder, "nginx.log"),
    isReady: options.isReady,
    readyWithinMs: READY_WITHIN_MS,
  });
  return { daemon, log };
}

/** Each replacement must match, so that the check tests only what the file says. */
function siteFor({ site, port, certificate, registries, passwords }: NginxOptions): string {
  const replacements: [RegExp, string][] = [
    [/listen 443 ssl;/g, `listen 127.0.0.1:${port} ssl;`],
    [/\/etc\/ssl\/\S+\.crt/g, certificate.cert],
    [/\/etc\/ssl\/\S+\.key/g, certificate.key],
    ...(passwords === undefined ? [] : [[/\/etc\/nginx\/registry\.htpasswd/g, passwords] as [RegExp, string]]),
    ...registries.map((registry, index): [RegExp, string] => [
      new RegExp(`127\\.0\\.0\\.1:500${index}`, "g"),
      `127.0.0.1:${registry}`,
    ]),
  ];
  let text = readFileSync(join(PROJECT_FOLDER, site), "utf8");
  for (const [pattern, value] of replacements) {
    if (text.search(pattern) < 0) throw new Error(`${site} does not contain ${pattern}`);
    text = text.replace(pattern, value);
  }
  return text;
}

/** The part of nginx.conf around the sites, and folders that this user may write. */
function mainConfiguration(folder: string, site: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return [
    "daemon off;",
    `pid ${join(folder, "nginx.pid")};`,
    // If the master runs as root, its workers would run as a user who may not enter the folder.
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    `error_log ${join(folder, "error.log")} warn;`,
    "events {}",
    "http {",
    `  access_log ${join(folder, "access.log")};`,
    ...temporary.map((name) => `  ${name}_temp_path ${join(folder, name)};`),
    `  include ${site};`,
    "}",
    "",
  ].join("\n");
}
