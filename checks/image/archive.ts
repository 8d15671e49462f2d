import { assertEqual } from "../clients/assertions.ts";
import { DockerClient } from "../clients/clients/docker.ts";
import { PodmanClient } from "../clients/clients/podman.ts";
import type { CommandOutput } from "../clients/command.ts";
import type { Report } from "../streaming/report.ts";
import type { BuiltImage } from "./build.ts";
import { nativeArchitecture } from "../../tools/image/platforms.ts";
import type { Programs } from "./programs.ts";

/** Docker and Podman load the archive, and know the image by both names. Its id is the digest of its configuration. */
export async function testArchive(report: Report, image: BuiltImage, programs: Programs): Promise<void> {
  const { configDigest } = image.platforms[nativeArchitecture]!;
  const check = (name: string, command: (...words: string[]) => Promise<CommandOutput>) =>
    report.test(`${name} loads the archive`, async () => {
      await command("load", "--input", image.archive);
      for (const tag of [image.tag, "latest"]) {
        const { stdout } = await command("image", "inspect", "--format", "{{.Id}}", `lading:${tag}`);
        assertEqual(
          `the id of lading:${tag}`,
          stdout.trim().replace(/^sha256:/, ""),
          configDigest.slice("sha256:".length),
        );
      }
      return configDigest;
    });
  await programs.with(DockerClient, (client) => check("docker", client.docker.bind(client)));
  await programs.with(PodmanClient, (client) => check("podman", client.podman.bind(client)));
}
