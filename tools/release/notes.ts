import type { Section } from "./changelog.ts";

/** Returns the release notes: the section of the changelog, and the text of SHA256SUMS. */
export function notesOf(version: string, { date, text }: Section, checksums: string): string {
  return `# Lading ${version} - ${date}\n\n${text}\n\n## Checksums (SHA-256)\n\n\`\`\`\n${checksums}\`\`\`\n`;
}
