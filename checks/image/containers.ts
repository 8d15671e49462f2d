import { assertEqual } from "../clients/assertions.ts";
import type { LayoutClient } from "../clients/clients/client.ts";
import { interruption } from "../clients/command.ts";
import { freePort } from "../clients/registry.ts";
import type { Report } from "../streaming/report.ts";
import type { BuiltImage } from "./build.ts";
import { nativeArchitecture } from "../../tools/image/platforms.ts";
import { repository } from "./distribution.ts";
import type { Container, Engine } from "./engine.ts";

const executable = "/usr/bin/lading";
const pollMs = 50;
/** Milliseconds for a container to become ready or healthy. */
const readyMs = 30_000;

/** The image, and a client that pushes it and pulls it. */
export interface Content {
  readonly image: BuiltImage;
  readonly client: LayoutClient;
}

/** Runs the image with an engine: its commands, its defaults, and a registry that other programs use. */
export async function testContainers(report: Report, engine: Engine, reference: string, content: Content) {
  const { name } = engine;
  const container = { name: "lading", reference, network: "none", environment: {}, volume: "lading" } as const;

  await report.test(`${name} runs a command of the image`, async () => {
    const text = await engine.run(reference, "version", "--json");
    assertEqual("the installation", (JSON.parse(text) as { installation: string }).installation, "image");
    return text.trim();
  });

  await report.test(`${name} runs the registry with the defaults of the image`, () =>
    withContainer(engine, container, async () => (await engine.exec(container, executable, "health")).trim()),
  );

  const { isHealthy } = engine;
  if (isHealthy) {
    await report.test(`${name} finds the container healthy`, async () => {
      await withContainer(engine, container, () => wait("healthy", () => isHealthy(container)));
      return "the health check succeeds";
    });
  }

  await report.test(`${name} runs a registry that serves a push and a pull, and the same content after a restart`, () =>
    serve(engine, { ...container, network: "host" }, content),
  );
}

async function serve(engine: Engine, container: Container, { image, client }: Content): Promise<string> {
  const host = `127.0.0.1:${await freePort()}`;
  const onLoopback = { ...container, environment: { LADING_LISTEN: host } };
  const reference = `${host}/${repository}:${image.tag}`;
  const expected = image.platforms[nativeArchitecture]!.configDigest;
  const pull = async () => {
    const { configDigest } = await client.pull(reference, nativeArchitecture);
    assertEqual("the digest of the pulled configuration", configDigest, expected);
  };
  await withContainer(engine, onLoopback, async () => {
    assertEqual("the pushed digest", await client.pushLayout(image.folder, reference, image.tag), image.digest);
    await pull();
  });
  await withContainer(engine, onLoopback, pull);
  return `with ${client.name}, the image itself`;
}

/** Runs the work when the registry in the container is ready, and requires that it exits with 0 after SIGTERM. */
async function withContainer<T>(engine: Engine, container: Container, work: () => Promise<T>): Promise<T> {
  await engine.start(container);
  let result: T;
  try {
    await wait("ready", () => isReady(engine, container));
    result = await work();
  } catch (error) {
    const output = await engine.output(container);
    await engine.stop(container);
    throw new Error(`${(error as Error).message}\n${output}`.trimEnd(), { cause: error });
  }
  assertEqual("the exit code after SIGTERM", await engine.stop(container), 0);
  return result;
}

function isReady(engine: Engine, container: Container): Promise<boolean> {
  return engine.exec(container, executable, "health").then(
    () => true,
    () => false,
  );
}

async function wait(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + readyMs;
  while (!(await condition())) {
    interruption.signal.throwIfAborted();
    if (performance.now() > end) throw new Error(`the container is not ${what} after ${readyMs} ms`);
    await Bun.sleep(pollMs);
  }
}
