/** The colours of a text on a terminal, as the numbers of their control sequences (ECMA-48, SGR). */
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** One of the colours, or an emphasis. */
export type Colour = keyof typeof codes;

/** Returns the text in a colour. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours the text with a control sequence. */
export const terminalPaint: Paint = (colour, text) => `\x1b[${codes[colour]}m${text}\x1b[0m`;

/** Leaves the text without colour. */
export const noPaint: Paint = (_, text) => text;

/**
 * Returns whether a terminal gets colours. `NO_COLOR` with any value switches them off (no-color.org), and so does
 * the type `dumb`, which is a terminal without control sequences.
 */
export function wantsColour({
  NO_COLOR: none = "",
  TERM: type,
}: Readonly<Record<string, string | undefined>>): boolean {
  return none === "" && type !== "dumb";
}
