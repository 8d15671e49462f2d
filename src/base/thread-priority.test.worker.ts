/// <reference lib="webworker" />
import { readFileSync } from "node:fs";
import { lowerThreadPriority } from "./thread-priority.ts";

declare const self: Worker;

lowerThreadPriority();
self.postMessage(Number(readFileSync("/proc/thread-self/stat", "latin1").split(") ")[1]!.split(" ")[16]));
