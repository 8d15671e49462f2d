export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Where it came from: what a relative `Location` is relative to. */
  readonly url: URL;
  readonly body: Body;
}
