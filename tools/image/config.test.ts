import { expect, test } from "bun:test";
import { configOf, labelsOf } from "./config.ts";
import { platforms } from "./platforms.ts";

const origin = { info: { commit: "c0ffee", installation: "image" }, time: new Date(1_796_070_720_000) } as const;

test("the configuration names the machine, the user, the port, the volume and the health check", () => {
  expect(configOf(platforms[1]!, origin, "sha256:0")).toMatchObject({
    architecture: "arm64",
    variant: "v8",
    created: "2026-11-30T20:32:00.000Z",
    config: {
      User: "65532:65532",
      ExposedPorts: { "5000/tcp": {} },
      Volumes: { "/data": {} },
      Healthcheck: { Test: ["CMD", "/usr/bin/lading", "health"], Interval: 30_000_000_000 },
    },
    rootfs: { type: "layers", diff_ids: ["sha256:0"] },
  });
});

test("the labels name the commit only if it is known", () => {
  const revision = "org.opencontainers.image.revision";
  expect(labelsOf(origin)).toMatchObject({ [revision]: "c0ffee", "org.opencontainers.image.licenses": "Apache-2.0" });
  expect(labelsOf({ ...origin, info: { ...origin.info, commit: null } })).not.toHaveProperty([revision]);
});
