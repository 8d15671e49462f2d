import { hasContent } from "./yaml-lines.ts";

/** The place of an error in a YAML text, with the reason and advice. */
export interface YamlFault {
  readonly line: number;
  readonly reason: string;
}

/** Returns where and why a text is not YAML. `error` is what the parser of the runtime threw. */
export function describeFault(lines: readonly string[], error: Error): YamlFault {
  const line = faultLine(lines);
  return { line, reason: `${reasonOfYaml(error)}${adviceFor(lines, line)}` };
}

/**
 * Returns the line in which a text stops to be YAML. The parser of the runtime does not tell it. The text before that line is
 * valid, and no longer part of the text is.
 */
function faultLine(lines: readonly string[]): number {
  for (let length = lines.length - 1; length > 0; length -= 1) {
    if (!hasContent(lines[length]!)) continue;
    try {
      Bun.YAML.parse(lines.slice(0, length).join("\n"));
      return length + 1;
    } catch {
      // The fault is before this line.
    }
  }
  return lines.findIndex((line) => hasContent(line)) + 1;
}

function reasonOfYaml({ message }: Error): string {
  const reason = message.replace("YAML Parse error: ", "");
  return reason.charAt(0).toLowerCase() + reason.slice(1).replace(/\.$/, "");
}

function adviceFor(lines: readonly string[], line: number): string {
  const before = lines.slice(0, line - 1).findLastIndex((text) => hasContent(text));
  if (/^\s*[\w-]+:(?!\s|\/\/)./.test(lines[before] ?? ""))
    return `; write a space after the colon in line ${before + 1}`;
  const value = /^\s*(?:[\w-]+:|-)\s+(.*)$/.exec(lines[line - 1] ?? "")?.[1] ?? "";
  return /^[[\]{}*&!|>%@`]|: /.test(value) ? "; put the value in quotes" : "";
}
