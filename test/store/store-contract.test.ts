import { JsonStore } from "../../src/store/json/json-store.js";
import { MemoryStore } from "../../src/store/memory/memory-store.js";
import { FaultyDisk } from "../support/faulty-disk.js";
import { storeContract } from "./store-contract.js";

storeContract("memory", async () => new MemoryStore());
storeContract("JSON files", () =>
  JsonStore.open({ disk: new FaultyDisk(), folder: "/data", warn: () => undefined, foldBytes: 1_000 }),
);
