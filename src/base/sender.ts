/** Who sent a request and waits for its reply. */
export interface Sender {
  /** The address of the client; undefined where it is not known. */
  readonly address: string | undefined;
  /** Aborted once the connection is closed. The signal is only made where it is asked for. */
  readonly gone: () => AbortSignal;
}
