import { describe, expect, it } from "vitest";
import { Batches } from "../../src/files/append-log.js";

/** Batches whose work is done when the test says so. */
function heldBatches(): { batches: Batches<number>; begun: (readonly number[])[]; end: (error?: Error) => void } {
  const begun: (readonly number[])[] = [];
  let settle: (error?: Error) => void = () => undefined;
  const batches = new Batches<number>((items) => {
    begun.push(items);
    return new Promise<void>((resolve, reject) => {
      settle = (error) => {
        if (error) reject(error);
        else resolve();
      };
    });
  });
  return { batches, begun, end: (error) => settle(error) };
}

const turn = (): Promise<void> => new Promise(setImmediate);

describe("what comes in one turn", () => {
  it("is carried out together, in order", async () => {
    const { batches, begun, end } = heldBatches();
    const all = Promise.all([1, 2, 3].map((item) => batches.add(item)));
    await Promise.resolve();
    expect(begun).toEqual([]);
    await turn();
    expect(begun).toEqual([[1, 2, 3]]);
    end();
    await expect(all).resolves.toHaveLength(3);
  });

  it("waits for the batch before it, and what comes meanwhile goes together", async () => {
    const { batches, begun, end } = heldBatches();
    const first = batches.add(1);
    await turn();
    const second = batches.add(2);
    await turn();
    const third = batches.add(3);
    await turn();
    expect(begun).toEqual([[1]]);
    end();
    await first;
    await turn();
    expect(begun).toEqual([[1], [2, 3]]);
    end();
    await Promise.all([second, third]);
  });

  it("fails together, and what comes after it does not", async () => {
    const { batches, end } = heldBatches();
    const failing = [batches.add(1), batches.add(2)].map((done) => done.catch((error: unknown) => error));
    await turn();
    const later = batches.add(3);
    const error = new Error("the disk is full");
    end(error);
    expect(await Promise.all(failing)).toEqual([error, error]);
    await turn();
    end();
    await expect(later).resolves.toBeUndefined();
  });
});

it("idle waits for all that was added, also while it waited, and not at all where there is nothing", async () => {
  const { batches, begun, end } = heldBatches();
  await batches.idle();
  void batches.add(1);
  let isIdle = false;
  const idle = batches.idle().then(() => (isIdle = true));
  await turn();
  void batches.add(2);
  end();
  await turn();
  expect(begun).toEqual([[1], [2]]);
  expect(isIdle).toBe(false);
  end();
  await idle;
  expect(isIdle).toBe(true);
});
