import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { until } from "../../test/support/until.ts";

const pollMs = 100;
const init = "/lib/systemd/systemd";
const namespaces = ["--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup", "--fork", "--kill-child"];
const overlayProbe = `mount -t tmpfs tmpfs /mnt
mkdir /mnt/changes /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/changes,workdir=/mnt/work /mnt/root`;

/** A command that has ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/**
 * A private machine: systemd as process 1, its own processes, network and control group, and a copy of this machine's root.
 * Packages can be installed there without an effect on this machine.
 */
export class Machine {
  readonly #folder: string;
  readonly #group: string;
  readonly #boot: Bun.Subprocess;
  /** The process id of systemd on this machine. */
  #init = 0;

  /** Says why no private machine can be started here; undefined if one can. */
  static obstacle(): string | undefined {
    if (process.getuid?.() !== 0) return "only root can start a private machine";
    if (!existsSync(init)) return "systemd is not installed";
    if (!isWritable(groupRoot())) return "there is no writable file system of control groups (cgroup2)";
    const probe = Bun.spawnSync(["unshare", ...namespaces, "sh", "-ec", overlayProbe]);
    return probe.success ? undefined : `no namespaces or overlays: ${probe.stderr.toString().trim()}`;
  }

  /** Starts a machine, and waits until systemd runs. */
  static async start(): Promise<Machine> {
    const machine = new Machine();
    try {
      await until(() => machine.#isRunning(), pollMs);
      return machine;
    } catch (error) {
      const log = machine.#log();
      await machine.stop();
      throw new Error(`systemd does not start: ${(error as Error).message} ${log}`, { cause: error });
    }
  }

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "lading-machine-"));
    this.#group = join(groupRoot()!, basename(this.#folder));
    mkdirSync(this.#group);
    const script = join(import.meta.dir, "boot.sh");
    // The control group of the machine is a new one, so that systemd does not manage the processes of this machine.
    const joinGroup = 'echo $$ > "$0/cgroup.procs"; exec "$@"';
    this.#boot = Bun.spawn(
      ["setsid", "sh", "-c", joinGroup, this.#group, "unshare", ...namespaces, "sh", script, this.#folder],
      { stdin: "ignore", stdout: Bun.file(join(this.#folder, "log")), stderr: Bun.file(join(this.#folder, "log")) },
    );
  }

  /** Runs a command on the machine, and returns its exit code and its output. */
  async run(...command: readonly string[]): Promise<Ended> {
    const child = Bun.spawn(["nsenter", "--target", String(this.#init), "--all", "env", "--chdir=/", ...command], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const texts = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
    const output = (await Promise.all(texts)).join("").trim();
    return { code: await child.exited, output };
  }

  /** Runs a command that must succeed, and returns its output. */
  async require(...command: readonly string[]): Promise<string> {
    const { code, output } = await this.run(...command);
    if (code !== 0) throw new Error(`${command.join(" ")}: exit code ${code}: ${output}`);
    return output;
  }

  /** Starts a program of this machine in the network of the private machine. */
  spawnInNetwork(command: readonly string[]) {
    const enter = ["nsenter", `--net=/proc/${this.#init}/ns/net`];
    return Bun.spawn([...enter, ...command], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  }

  /** Copies a file to the machine, and returns its path there. */
  copy(file: string): string {
    const path = join("/root", basename(file));
    copyFileSync(file, `/proc/${this.#init}/root${path}`);
    return path;
  }

  async stop(): Promise<void> {
    this.#boot.kill("SIGKILL");
    await this.#boot.exited;
    await until(() => readFileSync(join(this.#group, "cgroup.events"), "utf8").includes("populated 0"), pollMs);
    removeGroup(this.#group);
    rmSync(this.#folder, { recursive: true });
  }

  async #isRunning(): Promise<boolean> {
    this.#init ||= this.#findInit();
    if (this.#boot.exitCode !== null) throw new Error(`it ended with code ${this.#boot.exitCode}`);
    if (this.#init === 0) return false;
    const { output } = await this.run("systemctl", "is-system-running");
    return output === "running" || output === "degraded";
  }

  /** Process 1 of the machine is the child of `unshare`, once it has become systemd. */
  #findInit(): number {
    const children = readFileSync(`/proc/${this.#boot.pid}/task/${this.#boot.pid}/children`, "utf8").trim();
    return children !== "" && readFileSync(`/proc/${children}/comm`, "utf8").trim() === "systemd"
      ? Number(children)
      : 0;
  }

  #log(): string {
    return readFileSync(join(this.#folder, "log"), "utf8").trim();
  }
}

/** The mount point of the control groups. */
function groupRoot(): string | undefined {
  return /^\S+ (\S+) cgroup2 /m.exec(readFileSync("/proc/self/mounts", "utf8"))?.[1];
}

function isWritable(folder: string | undefined): boolean {
  return folder !== undefined && Bun.spawnSync(["test", "-w", folder]).success;
}

function removeGroup(group: string): void {
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(group, entry.name));
  }
  rmdirSync(group);
}
