import { dlopen } from "bun:ffi";

/** A state that the process reports to its service manager. The texts are those of `sd_notify(3)`. */
export type ServiceState = "READY=1" | "RELOADING=1" | "STOPPING=1";

const unixFamily = 1;
/** `SOCK_DGRAM | SOCK_CLOEXEC` of Linux. */
const datagram = 0o2000002;
/** `MSG_NOSIGNAL` of Linux. */
const withoutSignal = 0x4000;
/** The size of `sun_path` on Linux. */
const longestPath = 108;

/**
 * Reports a state to the service manager that the environment variable `NOTIFY_SOCKET` names, such as systemd. Without the
 * variable, it does nothing. It calls the C library, because the runtime has no Unix datagram sockets
 * (docs/decisions/0033). Throws if the service manager cannot be reached.
 */
export function notifyServiceManager(state: ServiceState, socket = process.env["NOTIFY_SOCKET"]): void {
  if (socket === undefined || socket === "") return;
  if (!send(addressOf(socket), Buffer.from(state))) throw new Error(`no service manager listens on ${socket}`);
}

/** Returns the `sockaddr_un` of the socket. `@` is the first byte of an abstract socket, which the kernel writes as 0. */
function addressOf(socket: string): Buffer {
  const path = Buffer.from(socket.replace(/^@/, "\0"));
  if (!/^[/@]/.test(socket) || path.length > longestPath) throw new Error(`${socket} is not the path of a Unix socket`);
  const family = Buffer.from(Uint16Array.of(unixFamily).buffer);
  return Buffer.concat([family, path]);
}

function send(address: Buffer, message: Buffer): boolean {
  const library = dlopen("libc.so.6", {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    sendto: { args: ["i32", "ptr", "u64", "i32", "ptr", "u32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
  });
  const { socket, sendto, close } = library.symbols;
  const descriptor = socket(unixFamily, datagram, 0);
  try {
    return (
      sendto(descriptor, message, message.length, withoutSignal, address, address.length) === BigInt(message.length)
    );
  } finally {
    close(descriptor);
    library.close();
  }
}
