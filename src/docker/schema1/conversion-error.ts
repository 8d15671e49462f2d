/**
 * Why an image cannot be converted. `at` is the place in the document that `document` names, empty for the whole
 * document. `reason` is a clause that follows the place. The client may see both.
 */
export class ConversionError extends Error {
  readonly document: "manifest" | "config" | "schema1";
  readonly at: string;
  readonly reason: string;

  constructor(document: ConversionError["document"], at: string, reason: string) {
    super(`${[document, at].filter(Boolean).join(" ")} ${reason}`);
    this.name = "ConversionError";
    this.document = document;
    this.at = at;
    this.reason = reason;
  }
}
