/** The registries and the foreign sites of the browser checks. */
import { startProcess, type RunningProcess } from "../../test/support/process.ts";
import { sites } from "./browser.ts";

export interface Ground {
  /** A registry with default settings: `http://127.0.0.1:<port>`. */
  readonly registry: string;
  /** A site with an empty page at each path, under each of the names in `sites`. */
  readonly site: (name: keyof typeof sites) => string;
  /** A registry that allows pages of `ui.test`. */
  readonly opened: string;
  /** A registry with the path prefix `/apps/registry`. */
  readonly prefixed: string;
}

/** Starts registries with two workers each, and a web server; stops them after the work. */
export async function withGround(directory: string, work: (ground: Ground) => Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const empty = "<!doctype html><html lang=en><title>A site</title><p>A site";
  const server = stack.adopt(
    Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => new Response(empty, { headers: { "Content-Type": "text/html" } }),
    }),
    (started) => started.stop(true),
  );
  const site = (name: keyof typeof sites) => `http://${sites[name]}:${server.port}`;
  const start = async (name: string, ...flags: string[]): Promise<RunningProcess> => {
    const all = ["--listen", "127.0.0.1:0", "--data", `${directory}/${name}`, ...flags];
    return stack.adopt(await startProcess(all, { LADING_WORKERS: "2" }), async (running) => void (await running.end()));
  };
  const registry = (await start("default")).url;
  const opened = (await start("opened", "--cors-origins", site("ui"))).url;
  const prefixed = (await start("prefixed", "--path-prefix", "/apps/registry")).url;
  await work({ registry, site, opened, prefixed });
}
