import { serveParser } from "./parser-thread.ts";

serveParser([]);
