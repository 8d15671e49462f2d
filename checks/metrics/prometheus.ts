import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../clients/registry.ts";
import { until } from "../../test/support/until.ts";

/** A Prometheus that scrapes a registry every second. */
export interface Prometheus {
  /** The number of series in the answer to a query. Throws the error of Prometheus. */
  count(query: string): Promise<number>;
  /** The names of the loaded alerts, and the errors of their evaluation. */
  alerts(): Promise<{ readonly name: string; readonly lastError?: string }[]>;
}

/** Runs the work with a Prometheus, whose files are in `directory`. */
export async function withPrometheus(
  { directory, target, rules }: { directory: string; target: string; rules: string },
  work: (prometheus: Prometheus) => Promise<void>,
): Promise<void> {
  const [port, config] = [await freePort(), join(directory, "prometheus.yml")];
  writeFileSync(config, configurationOf(target, rules));
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, "series")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const log = Bun.file(join(directory, "prometheus.log"));
  const child = Bun.spawn(["prometheus", ...flags], { stdin: "ignore", stdout: log, stderr: log });
  const ask = (path: string) => dataOf(`http://127.0.0.1:${port}/api/v1/${path}`);
  const prometheus: Prometheus = {
    async count(query) {
      const { result } = (await ask(`query?query=${encodeURIComponent(query)}`)) as { result: unknown[] };
      return result.length;
    },
    async alerts() {
      const { groups } = (await ask("rules")) as { groups: { rules: { name: string; lastError?: string }[] }[] };
      return groups.flatMap((group) => group.rules);
    },
  };
  try {
    await until(() => prometheus.count("count_over_time(lading_build_info[1m]) > 2").then(Boolean, () => false), 100);
    await work(prometheus);
  } finally {
    child.kill();
    await child.exited;
  }
}

function configurationOf(target: string, rules: string): string {
  return JSON.stringify({
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [rules],
    scrape_configs: [{ job_name: "lading", static_configs: [{ targets: [target] }] }],
  });
}

async function dataOf(url: string): Promise<unknown> {
  const answer = (await (await fetch(url)).json()) as { status: string; data?: unknown; error?: string };
  if (answer.status !== "success") throw new Error(answer.error);
  return answer.data;
}
