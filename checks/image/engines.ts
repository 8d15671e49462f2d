import { ContainerdClient } from "../clients/clients/ctr.ts";
import { DockerClient } from "../clients/clients/docker.ts";
import { PodmanClient } from "../clients/clients/podman.ts";
import type { Workplace } from "../clients/workplace.ts";
import type { Report } from "../streaming/report.ts";
import { ContainerdEngine, DockerEngine, type Engine } from "./engine.ts";
import type { Programs } from "./programs.ts";

/** The engines that have started and can run containers here. `reference` is an image that they have pulled. */
export async function enginesOf(report: Report, programs: Programs, place: Workplace, reference: string) {
  const engines: Engine[] = [];
  await programs.with(DockerClient, async (client) => void engines.push(dockerEngine(client)));
  await programs.with(PodmanClient, async (client) => {
    const [engine, reason] = await podmanEngine(client, reference);
    if (engine) engines.push(engine);
    else report.skip("podman runs the image", reason);
  });
  await programs.with(ContainerdClient, async (client) => void engines.push(new ContainerdEngine(client, place)));
  return engines;
}

function dockerEngine(client: DockerClient): Engine {
  const inspect = ["inspect", "--format", "{{.State.Health.Status}}"];
  return new DockerEngine("docker", client.docker.bind(client), {
    flags: [],
    // The image says what to run, and how often; the check does not wait that long.
    healthFlags: ["--health-interval=1s"],
    isHealthy: async ({ name }) => (await client.docker(...inspect, name)).stdout.trim() === "healthy",
  });
}

/** Chooses a runtime with which Podman can run containers. crun refuses the control groups of some virtual machines. */
async function podmanEngine(client: PodmanClient, reference: string): Promise<[Engine | undefined, string]> {
  const reasons: string[] = [];
  for (const runtime of ["crun", "runc"]) {
    const engine = podmanWith(client, runtime);
    const reason = await engine.run(reference, "version").then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );
    if (reason === undefined) return [engine, ""];
    reasons.push(reason);
  }
  return [undefined, reasons.join("\n")];
}

/** Podman ignores the health check of an OCI image, and accepts one on the command line. */
function podmanWith(client: PodmanClient, runtime: string): Engine {
  return new DockerEngine("podman", client.podman.bind(client), {
    options: [`--runtime=${runtime}`],
    // The limits that Podman sets by default are higher than those of many virtual machines, which refuse them.
    flags: ["--ulimit=nofile=4096:4096", "--ulimit=nproc=4096:4096"],
    healthFlags: ['--health-cmd=["/usr/bin/lading","health"]', "--health-interval=disable"],
    isHealthy: ({ name }) =>
      client.podman("healthcheck", "run", name).then(
        () => true,
        () => false,
      ),
  });
}
