import type { ClientKind, Program, Surroundings } from "../clients/clients/client.ts";
import { KINDS } from "../clients/kinds.ts";
import type { Report } from "../streaming/report.ts";

/** Starts these clients. One that is not installed is skipped; `Programs.with` then skips what needs it. */
export class Programs {
  readonly #started: Program[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  get all(): readonly Program[] {
    return this.#started;
  }

  async start(names: readonly string[], around: Surroundings): Promise<void> {
    for (const kind of KINDS.filter(({ name }) => names.includes(name))) {
      const reason = obstacle(kind, around);
      const name = `${kind.name} is ready`;
      if (reason !== undefined) this.#report.skip(name, reason);
      else
        await this.#report.test(name, async () => {
          const program = kind.create(around);
          const version = await program.start();
          this.#started.push(program);
          return version;
        });
    }
  }

  /** Runs the work with a client, unless it is not there. */
  async with<Kind extends Program>(type: new (around: Surroundings) => Kind, work: (program: Kind) => Promise<void>) {
    const found = this.#started.find((program) => program instanceof type);
    if (found !== undefined) await work(found as Kind);
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#started.map((program) => program.stop()));
  }
}

function obstacle({ programs, rootReason }: ClientKind, { place }: Surroundings): string | undefined {
  const missing = programs.filter((program) => place.which(program) === null);
  if (missing.length > 0) return `${missing.join(", ")} not installed; scripts/clients installs clients`;
  return rootReason !== undefined && process.getuid?.() !== 0 ? `${rootReason} needs root` : undefined;
}
