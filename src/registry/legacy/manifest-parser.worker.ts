import { serveParser } from "../content/parser-thread.ts";
import { schema1Format } from "./schema1-format.ts";

serveParser([schema1Format]);
