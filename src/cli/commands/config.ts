import { shownText } from "../../base/shown-text.ts";
import { nearestName } from "../../base/nearest-name.ts";
import { commands } from "../commands.ts";
import { checkConfiguration } from "../config/check.ts";
import { convertConfiguration } from "../config/convert.ts";
import { fail } from "../output.ts";

type Verb = (parameters: readonly string[]) => number | Promise<number>;

const verbs: Readonly<Record<string, Verb>> = { check: checkConfiguration, convert: convertConfiguration };

/** Runs `lading config`, and resolves to the exit code. It starts nothing and writes nothing. */
export async function configCommand([verb = "", ...parameters]: readonly string[]): Promise<number> {
  if (Object.hasOwn(verbs, verb)) return verbs[verb]!(parameters);
  const wrong = verb === "" ? "the command is incomplete" : `there is no command ${shownText(`config ${verb}`)}`;
  const meant = nearestName(verb, Object.keys(verbs));
  const advice = meant === undefined ? ";" : `; did you mean ${meant}?`;
  return fail(`${wrong}${advice} usage: lading ${commands.config.usage}`, 2);
}
