import { openFrontend } from "./frontend.ts";
import { openPrimary } from "./primary.ts";
import type { Serving } from "./serving.ts";
import type { Setup } from "./setup.ts";

/** Opens a registry in this process. `opening` closes everything that it opens. */
export async function openSingle(opening: AsyncDisposableStack, setup: Setup): Promise<Serving> {
  const { settings, parts, data, log, certificate } = setup;
  const primary = await openPrimary(opening, setup);
  const { store, driver, locks, signingKey, tarsums } = primary;
  const frontend = openFrontend(opening, settings, parts, {
    store,
    driver,
    locks,
    legacy: signingKey && { signingKey, tarsums },
    address: settings.listen,
    certificate,
    log,
    data,
    number: 1,
  });
  return { primary, ...frontend };
}
