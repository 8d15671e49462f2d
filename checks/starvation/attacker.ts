// Runs one attack in a separate process, so that its resources are not counted for the registry.
import { attacks, together } from "./attacks.ts";

const [name, port, count] = process.argv.slice(2);
const attack = [...attacks, together].find((each) => each.name === name);
if (!attack) throw new Error(`there is no attack ${name}`);
await attack.begin(Number(port), Number(count));
process.stdout.write("in place\n");
// All connections stay open until this process is killed.
setInterval(() => undefined, 60_000);
