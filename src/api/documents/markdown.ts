/** A bar in a cell would end it. */
function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Said at the top of each document that is made from the code. */
export function generatedFrom(source: string): string {
  return `<!-- Made from ${source} by 'npm run docs'; change it there. -->`;
}
