/** A place in a queue for work that is done one piece at a time. */
export interface Place {
  /** Resolves when the turn of this place has come; to false where the queue was full. */
  readonly turn: Promise<boolean>;
  /** Ends the turn, or gives up the place before. Called again, it does nothing. */
  leave(): void;
}

/** What hands out places; `client` is who asks, by any name that tells clients apart. */
export interface Queue {
  enter(client: string): Place;
}

export interface QueueBounds {
  /** Places that wait, of all clients together. */
  readonly waiting: number;
  /** Places that wait, of one client. */
  readonly waitingOfClient: number;
}

interface Waiting {
  readonly admit: (admitted: boolean) => void;
}

/** One turn at a time. Clients that wait take turns with each other, so that one with many requests delays each of them once. */
export class FairQueue implements Queue {
  readonly #bounds: QueueBounds;
  /** The next client is first. Each has at least one place that waits. */
  readonly #clients = new Map<string, Waiting[]>();
  #waiting = 0;
  #busy = false;

  constructor(bounds: QueueBounds) {
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

  /** False where it does not wait: then it has the turn. */
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
    // Behind the other clients.
    if (others.length > 0) this.#clients.set(client, others);
    waiting!.admit(true);
  }
}
