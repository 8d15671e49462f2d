/** A failed operation. */
export class Failure extends Error {
  /** A short kind, by which the report groups failures. There are few kinds. */
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.name = "Failure";
    this.kind = kind;
  }
}
