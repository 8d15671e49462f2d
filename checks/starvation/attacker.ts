// One attack, in a process of its own, so that what the registry needs is not mixed with what its clients need.
import { attacks, together } from "./attacks.ts";

const [name, port, count] = process.argv.slice(2);
const attack = [...attacks, together].find((each) => each.name === name);
if (!attack) throw new Error(`there is no attack ${name}`);
await attack.begin(Number(port), Number(count));
process.stdout.write("in place\n");
// What is open stays open until this process is ended.
setInterval(() => undefined, 60_000);
