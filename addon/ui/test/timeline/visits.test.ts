import { expect, test } from "vitest";
import { type Row, rows } from "../../src/timeline/visits";
import { event } from "./events";

const shape = (list: Row[]) =>
  list.map((row) =>
    row.kind === "day" ? row.day.getDate() : row.visit.events.map(({ id }) => id).join("+"),
  );

test("events in front of one camera within a minute are one visit", () => {
  const list = rows([
    event("c", 300),
    event("b", 60, { label: "car", score: 0.9 }),
    event("a", 0, { score: 0.7 }),
  ]);
  expect(shape(list)).toEqual([22, "c", "b+a"]);
  const visit = list[2]?.kind === "visit" ? list[2].visit : null;
  expect(visit).toMatchObject({
    id: "a",
    home: "home",
    cameraId: "front",
    labels: ["car", "person"],
    start: event("a", 0).start,
    end: event("b", 60).end,
  });
  expect(visit?.best.id).toBe("b");
});

test("cameras are kept apart, also where their visits overlap", () => {
  const list = rows([
    event("f2", 20),
    event("y2", 15, { camera_id: "yard" }),
    event("f1", 10),
    event("y1", 5, { camera_id: "yard" }),
  ]);
  expect(shape(list)).toEqual([22, "f2+f1", "y2+y1"]);
});

test("homes are kept apart, also where their cameras have the same id", () => {
  const list = rows([event("b", 20), event("a", 10, { home: "cabin" })]);
  expect(shape(list)).toEqual([22, "b", "a"]);
});

test("tells the zones of all events, and whether one of them is starred", () => {
  const [, row] = rows([
    event("b", 20, { zones: ["Street"] }),
    event("a", 10, { zones: ["Drive", "Street"], starred: true }),
  ]);
  expect(row).toMatchObject({ visit: { zones: ["Street", "Drive"], starred: true } });
});

test("a long stay holds a visit together, and one that goes on has no end", () => {
  const list = rows([event("late", 3000), event("stays", 0, { end: null })]);
  expect(shape(list)).toEqual([22, "late+stays"]);
  expect(list[1]).toMatchObject({ visit: { end: null } });
});

test("each day has its heading, and no visit goes over midnight", () => {
  const midnight = 12 * 3600;
  const list = rows([event("after", midnight + 5), event("before", midnight - 15), event("noon", 0)]);
  expect(shape(list)).toEqual([23, "after", 22, "before", "noon"]);
});

test("the picture of a visit is the best one that there is", () => {
  const list = rows([event("b", 20, { score: 0.9, snapshot: false }), event("a", 10, { score: 0.6 })]);
  expect(list[1]).toMatchObject({ visit: { best: { id: "a" } } });
});

test("a busy hour becomes several visits, none of them endless", () => {
  const list = rows(Array.from({ length: 30 }, (_, index) => event(String(index), 1000 - index * 20)));
  expect(
    shape(list)
      .slice(1)
      .map((ids) => String(ids).split("+").length),
  ).toEqual([12, 12, 6]);
});

test("no events, no rows", () => {
  expect(rows([])).toEqual([]);
});
