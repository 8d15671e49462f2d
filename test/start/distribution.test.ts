/** Operators who come from registry:2: its configuration file, its variables and its data directory. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, configOf, imageOf, type Content } from "../support/content.ts";
import { hasDockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { patienceMs } from "../support/patience.ts";
import { runToEnd, startProcess, withDirectory, type RunningProcess } from "../support/process.ts";
import { putManifest } from "../support/push.ts";

setDefaultTimeout(patienceMs);

/** The configuration that the image of distribution 2.8 contains, with its data in the directory. */
const example = (directory: string) => `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: ${join(directory, "data")}
http:
  addr: 127.0.0.1:0
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;

const repository = "team/app";
const layer = blobOf("layer", 2048);
const config = configOf("step", layer);
const image = imageOf(config, [layer]);

/** Runs the work with a directory and a configuration file in it. */
function withConfiguration(text: (path: string) => string, work: (file: string, path: string) => Promise<void>) {
  return withDirectory(async (path) => {
    const file = join(path, "config.yml");
    writeFileSync(file, text(path));
    await work(file, path);
  });
}

/** Pushes the image to any registry, whose locations may be absolute and may have a query. */
async function push(url: string): Promise<void> {
  for (const blob of [layer, config]) await pushBlob(url, blob);
  expect((await putManifest(url, repository, "v1", image)).status).toBe(201);
}

async function pushBlob(url: string, { bytes, digest }: Content): Promise<void> {
  const started = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: "POST" });
  const location = new URL(started.headers.get("location")!, url);
  location.searchParams.set("digest", digest);
  expect((await fetch(location, { method: "PUT", body: bytes })).status).toBe(201);
}

/** Pulls the image, and compares its bytes. */
async function expectImage(url: string): Promise<void> {
  const headers = { accept: mediaTypes.ociManifest };
  const manifest = await fetch(`${url}/v2/${repository}/manifests/v1`, { headers });
  expect(await manifest.bytes()).toEqual(image.bytes);
  const blob = await fetch(`${url}/v2/${repository}/blobs/${layer.digest}`);
  expect(await blob.bytes()).toEqual(layer.bytes);
}

/** Returns the status of the deletion of the image. */
async function deleteImage(url: string): Promise<number> {
  return (await fetch(`${url}/v2/${repository}/manifests/${image.digest}`, { method: "DELETE" })).status;
}

async function endsWell(running: RunningProcess, warnings: readonly string[]): Promise<void> {
  const { code, stdout } = await running.end();
  const found = stdout.split("\n").filter((line) => line.startsWith("lading: warning: "));
  expect([code, found]).toEqual([0, warnings.map((warning) => `lading: warning: ${warning}`)]);
}

describe("lading serve with the configuration of registry:2", () => {
  test("the registry uses the address and the data directory of the file, and refuses deletions", () =>
    withConfiguration(example, async (file, path) => {
      const running = await startProcess(["--config", file]);
      expect(running.greeting[1]).toBe(`lading: data in ${join(path, "data")}`);
      await push(running.url);
      await expectImage(running.url);
      expect(await deleteImage(running.url)).toBe(405);
      await endsWell(running, []);
      expect(existsSync(join(path, "data", "metadata.sqlite"))).toBe(true);
    }));

  test("the variables of distribution override the file, and those of Lading override both", () =>
    withConfiguration(example, async (file, path) => {
      const environment = {
        REGISTRY_STORAGE_DELETE_ENABLED: "true",
        REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: join(path, "other"),
        REGISTRY_HTTP_ADDR: "nowhere.invalid:1",
        REGISTRY_HTTP_PREFIX: "/nested/",
        REGISTRY_CI_JOB: "5",
        LADING_LISTEN: "127.0.0.1:0",
      };
      const running = await startProcess(["--config", file], environment);
      expect(running.greeting[1]).toBe(`lading: data in ${join(path, "other")}`);
      await push(`${running.url}/nested`);
      await expectImage(`${running.url}/nested`);
      expect(await deleteImage(running.url)).toBe(202);
      await endsWell(running, ["REGISTRY_CI_JOB has no effect: distribution has no such key"]);
      const { LADING_LISTEN: _listen, ...rest } = environment;
      const { code, stderr } = await runToEnd(["serve", "--config", file], rest);
      expect([code, stderr]).toEqual([
        1,
        "lading: REGISTRY_HTTP_ADDR: http.addr: nowhere.invalid is not an address of this machine\n",
      ]);
    }));

  test("an unsupported key stops the start, unless --ignore-unsupported is set", () =>
    withConfiguration(
      (path) => `${example(path)}proxy:\n  remoteurl: https://registry-1.docker.io\nredis:\n  addr: localhost:6379\n`,
      async (file, path) => {
        const proxy = `${file}:20: proxy.remoteurl is not supported: Lading is no pull-through cache; push the images, or copy them with skopeo sync`;
        expect(await runToEnd(["serve", "--config", file])).toEqual({
          code: 2,
          stdout: "",
          stderr: `lading: ${proxy}\nlading: 1 key is not supported; --ignore-unsupported starts without it\n`,
        });
        expect(existsSync(join(path, "data"))).toBe(false);
        const running = await startProcess(["--config", file, "--ignore-unsupported"]);
        await push(running.url);
        await endsWell(running, [proxy]);
        const again = await startProcess(["--config", file], { LADING_IGNORE_UNSUPPORTED: "on" });
        await expectImage(again.url);
        await endsWell(again, [proxy]);
      },
    ));

  test("all wrong values and unsupported keys are printed with their lines", () =>
    withConfiguration(
      (path) => `${example(path)}auth: silly\nhttp2:\nlog_level: info\n`.replace("127.0.0.1:0", "5000"),
      async (file) => {
        const { code, stderr } = await runToEnd(["config", "check", "--config", file]);
        expect([code, ...stderr.trimEnd().split("\n")]).toEqual([
          2,
          `lading: ${file}:11: http.addr is 5000; it must be host:port with a port from 0 to 65535, such as 127.0.0.1:5000, :5000 or [::1]:5000`,
          expect.stringContaining(`lading: ${file}:19: auth.silly is not supported: `),
          `lading: ${file}:20: http2 is not a key of distribution 2.8 or 3; did you mean http?`,
          `lading: ${file}:21: log_level is not a key of distribution 2.8 or 3; did you mean loglevel?`,
          "lading: 3 keys are not supported; --ignore-unsupported starts without them",
        ]);
      },
    ));
});

describe("lading config convert", () => {
  test("the registry starts in the same way with the converted file", () =>
    withConfiguration(example, async (file, path) => {
      const environment = { REGISTRY_STORAGE_DELETE_ENABLED: "true" };
      const { code, stdout, stderr } = await runToEnd(["config", "convert", file], environment);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("  # storage.delete.enabled (REGISTRY_STORAGE_DELETE_ENABLED)\n  deletion: on\n");
      const converted = join(path, "lading.yml");
      writeFileSync(converted, stdout);
      const running = await startProcess(["--config", converted]);
      expect(running.greeting[1]).toBe(`lading: data in ${join(path, "data")}`);
      await push(running.url);
      expect(await deleteImage(running.url)).toBe(202);
      await endsWell(running, []);
    }));

  test("the command names unsupported keys in comments, and refuses wrong values and other files", () =>
    withConfiguration(
      (path) => `${example(path)}auth:\n  htpasswd:\n    realm: r\n`,
      async (file, path) => {
        const { code, stdout } = await runToEnd(["config", "convert", file]);
        expect([code, stdout.split("\n").filter((line) => line.includes("is not supported"))]).toEqual([
          0,
          [expect.stringContaining(`# - ${file}:20: auth.htpasswd is not supported: `)],
        ]);
        const wrong = await runToEnd(["config", "convert", file], { REGISTRY_LOG_LEVEL: "loud" });
        expect(wrong).toMatchObject({
          code: 2,
          stderr: 'lading: REGISTRY_LOG_LEVEL: log.level is "loud"; it must be error, warn, info or debug\n',
        });
        const own = join(path, "lading.yml");
        writeFileSync(own, "network:\n  listen: :5000\n");
        expect(await runToEnd(["config", "convert", own])).toMatchObject({
          code: 2,
          stderr: `lading: ${own} is no configuration of registry:2: it has no version: 0.1\n`,
        });
        for (const parameters of [[], [file, own], ["--config"]]) {
          const { stderr } = await runToEnd(["config", "convert", ...parameters]);
          expect(stderr).toBe("lading: name one file of registry:2; usage: lading config convert FILE\n");
        }
      },
    ));
});

describe.if(hasDockerRegistry)("docker-registry", () => {
  test("Lading refuses the data directory of docker-registry, and does not change it", () =>
    withConfiguration(example, async (file, path) => {
      await using registry = await startDockerRegistry(file);
      await push(registry.url);
      await expectImage(registry.url);
      await registry.stop();
      const data = join(path, "data");
      for (const workers of ["1", "2"]) {
        const ended = await runToEnd(["serve", "--config", file, "--workers", workers]);
        expect(ended).toEqual({
          code: 1,
          stdout: "",
          stderr:
            `lading: ${file}:9: storage.filesystem.rootdirectory: ${data} contains the data of registry:2 or another registry that is built on distribution (docker/registry/v2), which Lading cannot read; ` +
            "the command that takes it over, lading import, is not released yet: name an empty directory, and copy the images over while the other registry runs (docs/migrate.md)\n",
        });
      }
      expect(readdirSync(data)).toEqual(["docker"]);
      await using again = await startDockerRegistry(file);
      await expectImage(again.url);
    }));

  const environments: readonly Readonly<Record<string, string>>[] = [
    {},
    { REGISTRY_STORAGE_DELETE_ENABLED: "true" },
    { REGISTRY_STORAGE_DELETE_ENABLED: "yes" },
    { REGISTRY_STORAGE_DELETE: "{enabled: on}" },
    { REGISTRY_STORAGE_DELETE: "{enabled: true}", REGISTRY_STORAGE_DELETE_ENABLED: "no" },
    { REGISTRY_HTTP_PREFIX: "/nested/", REGISTRY_LOG_LEVEL: "DEBUG", REGISTRY_HTTP_HOST: "" },
    { REGISTRY_LOGLEVEL: "Debug", REGISTRY_HTTP_SECRET: "s", REGISTRY_CI_JOB: "5", REGISTRY_HTTP_NET: "tcp" },
  ];
  test.each(environments)("docker-registry and Lading do the same with the variables %o", (environment) =>
    withConfiguration(example, async (file, path) => {
      const prefix = environment["REGISTRY_HTTP_PREFIX"]?.replace(/\/$/, "") ?? "";
      const results: number[] = [];
      await using registry = await startDockerRegistry(file, environment);
      await push(registry.url + prefix);
      results.push(await deleteImage(registry.url + prefix));
      await registry.stop();
      const running = await startProcess(["--config", file, "--data", join(path, "lading")], environment);
      await push(running.url + prefix);
      results.push(await deleteImage(running.url + prefix));
      await running.end();
      expect([202, 405]).toContain(results[0]!);
      expect(results[1]).toBe(results[0]);
    }),
  );
});
