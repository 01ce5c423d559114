import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { retry } from "../src/retry";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what fails for a moment is done in the end", async () => {
  const attempt = vi.fn().mockRejectedValueOnce(new Error("network changed")).mockResolvedValue("done");
  const result = retry(attempt);
  await vi.runAllTimersAsync();
  expect(await result).toBe("done");
  expect(attempt).toHaveBeenCalledTimes(2);
});

test("what goes on failing fails with its last error", async () => {
  let count = 0;
  const result = retry(async () => {
    throw new Error(`attempt ${++count}`);
  });
  const failed = expect(result).rejects.toThrow("attempt 4");
  await vi.runAllTimersAsync();
  await failed;
});
