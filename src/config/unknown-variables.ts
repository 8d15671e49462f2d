import { shownName } from "../base/shown-text.ts";
import { configurationFlag, ignoreUnsupportedFlag } from "./configuration-flag.ts";
import { isOfKubernetes } from "./kubernetes.ts";
import { meantBy } from "./setting-names.ts";
import { environmentName, settings } from "./settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const keys = Object.values(settings).map(({ key }) => key);
const prefix = environmentName("");

/** The variable in which the command of the npm package (`bin/lading.mjs`) passes its process id. */
export const launcherVariable = "LADING_LAUNCHER";

/** Variables with Lading's prefix that are not a setting: of other flags, of the npm package, and of the tests here. */
const otherVariables = [
  environmentName(configurationFlag.key),
  environmentName(ignoreUnsupportedFlag.key),
  launcherVariable,
  "LADING_SEEN",
  "LADING_VECTORS",
];

/** Returns the variables with Lading's prefix, in upper or lower case, that Lading does not know. */
export function unknownVariables(environment: Environment): string[] {
  const variables = new Set([...keys.map(environmentName), ...otherVariables]);
  return Object.entries(environment)
    .filter(([variable, value = ""]) => {
      return (
        variable.toUpperCase().startsWith(prefix) &&
        !variables.has(variable) &&
        !isOfKubernetes(variable.slice(prefix.length), value)
      );
    })
    .map(([variable]) => variable);
}

/** Returns the setting that an unknown variable may mean. */
export function meantByVariable(variable: string): string | undefined {
  return meantBy(variable.slice(prefix.length).replaceAll("_", "-"));
}

/** Returns the mistake of an unknown variable. */
export function unknownVariable(variable: string): string {
  const meant = meantByVariable(variable);
  const advice =
    meant === undefined
      ? "remove it, or see docs/settings.md"
      : `did you mean ${environmentName(meant)}? Otherwise remove it`;
  return `there is no setting for the environment variable ${shownName(variable)}; ${advice}`;
}
