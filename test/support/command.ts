import { join } from "node:path";

const main = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");

/** The command line that runs Lading from source. */
export const fromSource: readonly string[] = [process.execPath, main];

const executable = process.env["TESTED_EXECUTABLE"];

/** Whether the tests run an executable instead of the source. */
export const isExecutable = executable !== undefined;

/**
 * The command line of Lading, to which tests and checks append a command and its flags. The environment variable
 * `TESTED_EXECUTABLE` is the path of an executable to test instead of the source.
 */
export const lading: readonly string[] = executable === undefined ? fromSource : [executable];
