/** The client that sent a request and waits for its reply. */
export interface Sender {
  /** The address of the client; undefined if it is unknown. */
  readonly address: string | undefined;
  /** Returns a signal that is aborted when the connection is closed. It is created only when it is requested. */
  readonly gone: () => AbortSignal;
}
