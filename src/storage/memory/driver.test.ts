import { storageDriverSuite } from "../driver.suite.ts";
import { MemoryDriver } from "./driver.ts";

storageDriverSuite("the memory driver keeps the contract", async () => ({
  driver: new MemoryDriver(),
  async dispose() {},
}));
