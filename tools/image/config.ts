import manifest from "../../package.json" with { type: "json" };
import type { BuildInfo } from "../../src/cli/build-info.ts";
import type { Platform } from "./platforms.ts";

/** The number of the user and of the group in the image. Kubernetes accepts only a number as a user other than root. */
export const user = 65_532;
/** The path of the executable, without a slash in front. */
export const executable = "usr/bin/lading";
/** The folder for data, without a slash in front. */
export const dataFolder = "data/";

const nanoseconds = 1e9;

/** What an image is made from. */
export interface Origin {
  readonly info: BuildInfo;
  /** The time of the commit. */
  readonly time: Date;
}

/** The labels of an image, which are also the annotations of its manifests. */
export function labelsOf({ info, time }: Origin): Readonly<Record<string, string>> {
  const prefix = "org.opencontainers.image";
  return {
    [`${prefix}.created`]: time.toISOString(),
    [`${prefix}.description`]: manifest.description,
    [`${prefix}.licenses`]: manifest.license,
    ...(info.commit !== null && { [`${prefix}.revision`]: info.commit }),
    [`${prefix}.title`]: manifest.name,
    [`${prefix}.version`]: manifest.version,
  };
}

/** The configuration of the image for one kind of machine, with one layer. */
export function configOf({ architecture, variant }: Platform, origin: Origin, diffId: string) {
  const created = origin.time.toISOString();
  return {
    created,
    architecture,
    ...(variant !== undefined && { variant }),
    os: "linux",
    config: {
      User: `${user}:${user}`,
      ExposedPorts: { "5000/tcp": {} },
      // A container has its own network: only its published ports can be reached from outside.
      Env: ["PATH=/usr/bin", "LADING_LISTEN=0.0.0.0:5000", "LADING_DATA=/data"],
      Entrypoint: [`/${executable}`],
      Cmd: ["serve"],
      Volumes: { "/data": {} },
      WorkingDir: "/",
      Labels: labelsOf(origin),
      StopSignal: "SIGTERM",
      Healthcheck: healthcheck,
    },
    rootfs: { type: "layers", diff_ids: [diffId] },
    history: [{ created, created_by: "npm run image" }],
  };
}

/** OCI does not define a health check. Docker and Podman read this field of Docker. */
const healthcheck = {
  Test: ["CMD", `/${executable}`, "health"],
  Interval: 30 * nanoseconds,
  Timeout: 10 * nanoseconds,
  StartPeriod: 30 * nanoseconds,
  Retries: 3,
};
