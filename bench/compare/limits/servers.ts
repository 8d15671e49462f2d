/** Servers that only give what they are told: what the registries are held against. */
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

/** One worker, as the registries are one process; its own files beside those that it gives. */
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
    // The worker of a master that is root would be somebody who may not enter the folder.
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
