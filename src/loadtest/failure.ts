/** One operation that did not end as it should. */
export class Failure extends Error {
  /** Of few words, and few of them: what is counted together. */
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.name = "Failure";
    this.kind = kind;
  }
}
