/** Returns a row of a Markdown table. It escapes vertical bars, which would end a cell. */
function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Returns a Markdown table. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Returns text as inline code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** Returns the comment at the top of each generated document. */
export function generatedFrom(source: string): string {
  return `<!-- Made from ${source} by 'npm run docs'; change it there. -->`;
}
