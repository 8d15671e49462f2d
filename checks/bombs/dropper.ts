// Runs one bomb in a separate process, so that the resources of its client are not counted for the registry.
import { bombs } from "./bombs.ts";

const [name, port] = process.argv.slice(2);
const bomb = bombs.find((each) => each.name === name);
if (!bomb) throw new Error(`there is no bomb ${name}`);
process.stdout.write(JSON.stringify(await bomb.drop(Number(port))));
process.exit(0);
