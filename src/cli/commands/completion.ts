import { completions } from "../completion/completion.ts";
import { shells } from "../completion/shells.ts";
import { commands } from "../commands.ts";
import { fail } from "../output.ts";

/** Runs `lading completion`, and resolves to the exit code. */
export async function completionCommand([name, ...more]: readonly string[]): Promise<number> {
  const shell = shells.find((one) => one === name);
  if (shell === undefined || more.length > 0) {
    const wrong =
      name === undefined
        ? "the shell is missing"
        : `there is no completion for ${JSON.stringify([name, ...more].join(" "))}`;
    return fail(`${wrong}; usage: lading ${commands.completion.usage}`, 2);
  }
  process.stdout.write(completions[shell]());
  return 0;
}
