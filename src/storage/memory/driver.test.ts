import { storageDriverSuite } from "../driver.suite.ts";
import { MemoryDriver } from "./driver.ts";

storageDriverSuite("the memory driver fulfils the contract", async () => ({
  driver: new MemoryDriver(),
  async dispose() {},
}));
