import { beforeEach, expect, test, vi } from "vitest";
import { Pictures } from "../../src/live/pictures";
import { settle, TestTransport } from "./home";

let transport: TestTransport;
let pictures: Pictures;
let revoked: string[];

beforeEach(() => {
  let made = 0;
  revoked = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${++made}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => revoked.push(url));
  transport = new TestTransport();
  pictures = new Pictures(transport, 2);
});

async function answerAll(): Promise<void> {
  for (const request of transport.requests.splice(0)) request.answer(200, "jpeg");
  await vi.waitFor(() => expect(transport.requests.filter((request) => !request)).toHaveLength(0));
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve));
}

test("a picture that several show is fetched once", async () => {
  const first = pictures.take("/a");
  const second = pictures.take("/a");
  expect(transport.requests).toHaveLength(1);
  await answerAll();
  expect(await first.url).toBe("blob:1");
  expect(await second.url).toBe("blob:1");
});

test("another version is another picture", async () => {
  pictures.take("/a", "1");
  pictures.take("/a", "2");
  expect(transport.requests).toHaveLength(2);
});

test("only a few of the unused are kept, the ones used last", async () => {
  const taken = ["/1", "/2", "/3", "/4"].map((path) => pictures.take(path));
  await answerAll();
  for (const picture of taken) picture.release();
  await settle();
  expect(revoked).toEqual(["blob:1", "blob:2"]);
  pictures.take("/4");
  expect(transport.requests).toHaveLength(0);
});

test("a picture on the screen is never revoked", async () => {
  const shown = pictures.take("/0");
  await answerAll();
  for (const path of ["/1", "/2", "/3", "/4"]) {
    const picture = pictures.take(path);
    await answerAll();
    picture.release();
  }
  await settle();
  expect(revoked).not.toContain(await shown.url);
  expect(revoked).toHaveLength(2);
});

test("four at once, the newest wish first, and none that nobody waits for", async () => {
  const taken = [1, 2, 3, 4, 5, 6, 7].map((number) => pictures.take(`/${number}`));
  for (const { url } of taken) url.catch(() => {});
  expect(transport.requests.map(({ path }) => path)).toEqual(["/1", "/2", "/3", "/4"]);
  taken[5]?.release();
  await expect(taken[5]?.url).rejects.toThrow("nobody wants");
  await answerAll();
  expect(transport.requests.map(({ path }) => path)).toEqual(["/7", "/5"]);
});

test("what failed is fetched again", async () => {
  const picture = pictures.take("/a");
  transport.requests[0]?.answer(404, "{}");
  await expect(picture.url).rejects.toThrow();
  pictures.take("/a");
  expect(transport.requests).toHaveLength(2);
});
