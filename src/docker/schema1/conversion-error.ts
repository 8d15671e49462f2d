/**
 * Why an image cannot be had in the other form. `at` is the place in the document that `document` names, empty for the
 * whole of it; `reason` a clause that goes on from there. Both may be shown to the client.
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
