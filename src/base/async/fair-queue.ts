/** A place in a queue for work that is done one piece at a time. */
export interface Place {
  /** Resolves to true when it is this place's turn, and to false if the queue was full. */
  readonly turn: Promise<boolean>;
  /** Ends the turn, or leaves the queue before it. A second call has no effect. */
  leave(): void;
}

/** A queue of places. `client` is any name that identifies the client. */
export interface Queue {
  enter(client: string): Place;
}

/** Limits of a queue. */
export interface FairQueueOptions {
  /** Maximum number of waiting places of all clients. */
  readonly waiting: number;
  /** Maximum number of waiting places of one client. */
  readonly waitingOfClient: number;
}

interface Waiting {
  readonly admit: (admitted: boolean) => void;
}

/**
 * A queue with one turn at a time. Waiting clients alternate, so a client with many requests delays each other client
 * by only one turn.
 */
export class FairQueue implements Queue {
  readonly #bounds: FairQueueOptions;
  /** The waiting places by client. The next client is first. Each client has at least one place. */
  readonly #clients = new Map<string, Waiting[]>();
  #waiting = 0;
  #busy = false;

  constructor(bounds: FairQueueOptions) {
    this.#bounds = bounds;
  }

  enter(client: string): Place {
    const { promise: turn, resolve: admit } = Promise.withResolvers<boolean>();
    const waiting = { admit };
    let left = false;
    if (!this.#busy) {
      this.#busy = true;
      admit(true);
    } else if (this.#isFull(client)) {
      left = true;
      admit(false);
    } else {
      this.#add(client, waiting);
    }
    const leave = () => {
      if (left) return;
      left = true;
      if (!this.#remove(client, waiting)) this.#next();
    };
    return { turn, leave };
  }

  #isFull(client: string): boolean {
    const { waiting, waitingOfClient } = this.#bounds;
    return this.#waiting >= waiting || (this.#clients.get(client)?.length ?? 0) >= waitingOfClient;
  }

  #add(client: string, waiting: Waiting): void {
    this.#waiting += 1;
    const others = this.#clients.get(client);
    if (others) others.push(waiting);
    else this.#clients.set(client, [waiting]);
  }

  /** Removes a waiting place; false if it does not wait, because it has the turn. */
  #remove(client: string, waiting: Waiting): boolean {
    const places = this.#clients.get(client) ?? [];
    const at = places.indexOf(waiting);
    if (at < 0) return false;
    places.splice(at, 1);
    this.#waiting -= 1;
    if (places.length === 0) this.#clients.delete(client);
    return true;
  }

  #next(): void {
    const [first] = this.#clients;
    this.#busy = first !== undefined;
    if (!first) return;
    const [client, [waiting, ...others]] = first;
    this.#waiting -= 1;
    this.#clients.delete(client);
    // The client's other places move behind the other clients.
    if (others.length > 0) this.#clients.set(client, others);
    waiting!.admit(true);
  }
}
