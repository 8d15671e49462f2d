/**
 * Formats a `Warning` header in the only form that the specification allows ("Warnings"): code 299, no agent, no date.
 * The text must be printable ASCII.
 */
export function formatWarning(text: string): string {
  return `299 - "${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
