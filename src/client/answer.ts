/** A reply of another registry. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** The URL of the reply, to which a relative `Location` is relative. */
  readonly url: URL;
  readonly body: Body;
}
