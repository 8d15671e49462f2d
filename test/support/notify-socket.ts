import { dlopen } from "bun:ffi";

const unixFamily = 1;
/** `SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC` of Linux. */
const datagram = 0o2004002;

/** The socket of a service manager, which receives the states of a service (`sd_notify(3)`). It needs Linux. */
export class NotifySocket {
  readonly #descriptor: number;
  readonly #received: string[] = [];
  readonly #library = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });

  /** Listens at the path, or at an abstract name that begins with `@`. */
  constructor(path: string) {
    const { socket, bind } = this.#library.symbols;
    this.#descriptor = socket(unixFamily, datagram, 0);
    const family = Buffer.from(Uint16Array.of(unixFamily).buffer);
    const address = Buffer.concat([family, Buffer.from(path.replace(/^@/, "\0"))]);
    if (bind(this.#descriptor, address, address.length) !== 0) throw new Error(`cannot listen on ${path}`);
  }

  /** Returns all states that have arrived, in order. */
  states(): readonly string[] {
    const bytes = Buffer.alloc(4096);
    const receive = () => Number(this.#library.symbols.recv(this.#descriptor, bytes, bytes.length, 0));
    for (let size = receive(); size > 0; size = receive()) this.#received.push(bytes.toString("utf8", 0, size));
    return this.#received;
  }

  [Symbol.dispose](): void {
    this.#library.symbols.close(this.#descriptor);
    this.#library.close();
  }
}
