/** A `Warning` as the specification allows it ("Warnings"): code 299, no agent, no date. The text is printable ASCII. */
export function formatWarning(text: string): string {
  return `299 - "${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
