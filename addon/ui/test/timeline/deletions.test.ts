import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HomeContext } from "../../src/home";
import { deleteWithUndo } from "../../src/timeline/deletions";
import { timelineOf } from "../../src/timeline/home-timeline";
import { settle } from "../live/home";
import { event } from "./events";
import { MemoryHome } from "./memory";

interface Toast {
  text: string;
  action?: { run: () => void };
}

let home: HomeContext;
let edge: MemoryHome;
let toasts: Toast[];
let number = 0;
let names: string[];

const hear = (told: Event) => toasts.push((told as CustomEvent<Toast>).detail);
const ids = () => timelineOf(home).events.map(({ id }) => id);
const deleted = () => edge.requests.filter((request) => request.startsWith("DELETE"));

beforeEach(async () => {
  vi.useFakeTimers();
  toasts = [];
  window.addEventListener("ambianic-toast", hear);
  number += 1;
  names = ["c", "b", "a"].map((name) => name + number);
  edge = new MemoryHome(names.map((name, index) => event(name, -index * 300)));
  home = new HomeContext("home", "Home", edge, "owner", null);
  await timelineOf(home).load();
});

afterEach(() => {
  vi.runAllTimers();
  window.removeEventListener("ambianic-toast", hear);
  vi.useRealTimers();
});

function remove(index: number): void {
  const wanted = timelineOf(home).find("home", names[index] as string);
  if (wanted) deleteWithUndo(home, wanted);
}

test("it is out of sight at once, and the home deletes it when nobody took it back", async () => {
  remove(1);
  expect(ids()).toEqual([names[0], names[2]]);
  vi.advanceTimersByTime(5900);
  expect(deleted()).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(deleted()).toEqual([`DELETE /api/v1/events/${names[1]}`]);
  await settle();
  expect(ids()).toEqual([names[0], names[2]]);
});

test("undo brings it back, and nothing is deleted", () => {
  remove(1);
  toasts[0]?.action?.run();
  expect(ids()).toEqual(names);
  vi.advanceTimersByTime(60_000);
  expect(deleted()).toEqual([]);
});

test("it stays out of sight where the home still tells of it", async () => {
  remove(1);
  edge.say({ type: "event", phase: "update", event: event(names[1] as string, -300, { score: 0.9 }) });
  expect(ids()).toEqual([names[0], names[2]]);
  await timelineOf(home).refresh();
  expect(ids()).toEqual([names[0], names[2]]);
});

test("the next one ends the time for second thoughts about the one before", () => {
  remove(1);
  remove(2);
  expect(deleted()).toEqual([`DELETE /api/v1/events/${names[1]}`]);
  toasts[0]?.action?.run(); // too late
  toasts[1]?.action?.run();
  expect(ids()).toEqual([names[0], names[2]]);
});

test("it is deleted when the page goes away", () => {
  remove(1);
  window.dispatchEvent(new Event("pagehide"));
  expect(deleted()).toHaveLength(1);
});

test("it comes back where the home could not delete it, and a word says so", async () => {
  remove(1);
  edge.failure = new TypeError("unreachable");
  vi.advanceTimersByTime(6000);
  await settle();
  expect(ids()).toEqual(names);
  expect(toasts.at(-1)?.text).toContain("could not be deleted");
});
