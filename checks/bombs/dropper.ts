// Drops one bomb, in a process of its own, so that what the registry needs is not mixed with what its client does.
import { bombs } from "./bombs.ts";

const [name, port] = process.argv.slice(2);
const bomb = bombs.find((each) => each.name === name);
if (!bomb) throw new Error(`there is no bomb ${name}`);
process.stdout.write(JSON.stringify(await bomb.drop(Number(port))));
process.exit(0);
