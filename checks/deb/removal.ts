import { configuration, data, type Place } from "./place.ts";

const executable = "/usr/bin/lading";

/** Tests the removal of the next version, another installation and the purge. */
export async function testRemoval(place: Place): Promise<void> {
  const { report } = place;
  await report.test("a removal stops the service, and keeps data and configuration", () => remove(place));
  await report.test("a new installation has the data again", () => installAgain(place));
  await report.test("a purge says what it removes, and removes it", () => purge(place));
}

async function remove(place: Place): Promise<string> {
  const output = await place.dpkg("--remove", "lading");
  for (const path of [configuration, `${data}/metadata.sqlite`]) {
    if (!(await place.has(path))) throw new Error(`${path} is gone`);
  }
  if (await place.has(executable)) throw new Error("the executable is still there");
  if ((await place.machine.run("pgrep", "-x", "lading")).code === 0) throw new Error("a process is still there");
  return linesOf(output);
}

async function installAgain(place: Place): Promise<string> {
  await place.dpkg("--install", place.packages.next);
  await place.service.requireRunning();
  await place.service.request("pull");
  return "the image is there";
}

async function purge(place: Place): Promise<string> {
  const output = await place.dpkg("--purge", "lading");
  for (const path of [data, "/etc/lading", executable, "/usr/lib/systemd/system/lading.service"]) {
    if (await place.has(path)) throw new Error(`${path} is still there`);
  }
  if (!output.includes(`removing ${data} with all images`)) throw new Error(output);
  return linesOf(output);
}

/** The lines of the package in the output of dpkg. */
function linesOf(output: string): string {
  const lines = output.split("\n").filter((line) => line.startsWith("lading: "));
  if (lines.length === 0) throw new Error(`it printed ${output}`);
  return lines.map((line) => line.slice("lading: ".length)).join("; ");
}
