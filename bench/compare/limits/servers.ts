/** Servers with fixed replies, which are the limits for the registries. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../checks/clients/registry.ts";
import { writeTarget, type Target } from "../load/content.ts";
import { ServerProcess } from "../server-process.ts";

export interface LimitServer {
  readonly url: string;
  readonly end: () => Promise<void>;
}

export async function startConstant(folder: string, target: Target): Promise<LimitServer> {
  writeTarget(folder, target);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const script = join(import.meta.dir, "constant-server.ts");
  const { path, mediaType, digest } = target;
  const command = [process.execPath, script, String(port), join(folder, path), mediaType, digest];
  const server = await ServerProcess.start({ command, log: `${folder}.log`, url });
  return { url, end: () => server.end() };
}

/** Starts nginx with one worker, because each registry is one process. Its own files are next to the served ones. */
export async function startNginx(folder: string, target: Target): Promise<LimitServer> {
  const root = join(folder, "root");
  mkdirSync(root);
  writeTarget(root, target);
  writeFileSync(join(root, "ready"), "");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configuration = join(folder, "nginx.conf");
  writeFileSync(configuration, nginxConfiguration(folder, root, port));
  const command = ["nginx", "-e", join(folder, "error.log"), "-c", configuration];
  const server = await ServerProcess.start({ command, log: `${folder}.log`, url: `${url}/ready` });
  return { url, end: () => server.end() };
}

function nginxConfiguration(folder: string, root: string, port: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return [
    "daemon off;",
    "worker_processes 1;",
    `pid ${join(folder, "nginx.pid")};`,
    // If the master runs as root, its worker would run as a user who may not enter the folder.
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    "events {}",
    "http {",
    "  access_log off;",
    "  sendfile on;",
    ...temporary.map((name) => `  ${name}_temp_path ${join(folder, name)};`),
    `  server { listen 127.0.0.1:${port}; root ${root}; }`,
    "}",
    "",
  ].join("\n");
}
