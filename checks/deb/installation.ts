import { configuration, data, type Place } from "./place.ts";

/** Tests the first installation. */
export async function testInstallation(place: Place): Promise<void> {
  const { report } = place;
  await report.test("dpkg installs the package, and the service runs", () => install(place));
  await report.test("the files have the right owners and modes", () => requireModes(place));
  await report.test("systemd-analyze verify is silent", () => verify(place));
  await report.test("the commands of the executable work for every user", () => runCommands(place));
}

async function install(place: Place): Promise<string> {
  await place.dpkg("--install", place.packages.current);
  const pid = await place.service.requireRunning();
  const user = await place.machine.require("ps", "-o", "user=", "-p", String(pid));
  if (user !== "lading") throw new Error(`it runs as ${user}`);
  return "as user lading; it is ready as soon as dpkg ends";
}

async function requireModes({ machine }: Place): Promise<string> {
  const found = await machine.require("stat", "--format=%n %U:%G %a", "/usr/bin/lading", configuration, data);
  const expected = ["/usr/bin/lading root:root 755", `${configuration} root:root 644`, `${data} lading:lading 700`];
  if (found !== expected.join("\n")) throw new Error(found);
  return found.replaceAll("\n", ", ");
}

async function verify({ machine }: Place): Promise<string> {
  const output = await machine.require("systemd-analyze", "verify", "/usr/lib/systemd/system/lading.service");
  if (output !== "") throw new Error(output);
  return "no output";
}

async function runCommands({ machine }: Place): Promise<string> {
  const version = await machine.require("runuser", "-u", "nobody", "--", "lading", "version", "--json");
  if (!version.includes('"installation":"deb"')) throw new Error(version);
  await machine.require("lading", "config", "check", "--config", configuration);
  await machine.require("lading", "health", "--config", configuration);
  return version;
}
