import { pathTo } from "../api/routes.ts";
import { Client } from "./http/client.ts";
import type { Origin } from "./http/origin.ts";

/** Throws a Failure unless a registry answers that requires no credentials. */
export async function requireRegistry(origin: Origin): Promise<void> {
  const client = new Client(origin);
  try {
    await client.ask(client.request("GET", pathTo("today", "base", {})), 200);
  } finally {
    client.close();
  }
}
