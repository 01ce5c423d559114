import { afterEach, expect, test } from "vitest";
import { notificationOf, renewal } from "../../src/alerts/notification";
import { pictureOf, readMessage } from "../../src/alerts/push-message";
import { speak } from "../../src/languages";

const EVENT = {
  kind: "event",
  home: "home 1",
  name: "Our home",
  event: "e1",
  camera_id: "3f9a1c20",
  camera: "Front door",
  label: "person",
  time: new Date(2026, 10, 22, 16, 4).getTime(),
  picture: "/9j/4AAQ",
};
const TEST = { kind: "test", home: "home 1", name: "Our home", time: EVENT.time };
const read = (content: unknown) => readMessage(JSON.stringify(content).padEnd(2944));

afterEach(() => speak("en"));

test("a message is read as it was sent, with the blanks that hide its length", () => {
  expect(read(EVENT)).toEqual(EVENT);
  expect(read(TEST)).toEqual(TEST);
});

test.each([
  undefined,
  "",
  "null",
  "[]",
  "7",
  "no JSON",
  JSON.stringify({ ...TEST, kind: "newer" }),
  JSON.stringify({ ...EVENT, event: 7 }),
  JSON.stringify({ ...EVENT, time: "now" }),
  JSON.stringify({ ...EVENT, camera: undefined }),
])("what this app does not understand is no message: %s", (text) => {
  expect(readMessage(text)).toBeNull();
});

test("a picture that is none is left out", () => {
  for (const picture of ['x"><script>', "https://evil.example/", 7, ""]) {
    const message = read({ ...EVENT, picture });
    expect(message).toMatchObject({ event: "e1" });
    expect(message && pictureOf(message)).toBeNull();
  }
});

test("an event becomes a notification of its own, with picture, ways and buttons", () => {
  const { title, options } = notificationOf(read(EVENT));
  expect(title).toBe("Person at Front door");
  expect(options).toMatchObject({
    body: "Our home, 4:04 PM",
    tag: "e1",
    timestamp: EVENT.time,
    image: "data:image/jpeg;base64,/9j/4AAQ",
    data: {
      open: "#/home/home%201/timeline/e1",
      live: "#/home/home%201/cameras/3f9a1c20",
      snooze: "#/home/home%201/alerts?snooze=60",
    },
  });
  expect(options.actions?.map(({ action, title }) => [action, title])).toEqual([
    ["live", "Live view"],
    ["snooze", "Pause 1 h"],
  ]);
});

test("notifications speak the person's language", async () => {
  await speak("de");
  expect(notificationOf(read(EVENT)).options.body).toBe("Our home, 16:04");
  expect(notificationOf(read(TEST)).title).toBe("Hinweise kommen an");
  expect(renewal().title).toBe("Öffne Ambianic einmal");
});

test("there is a notification whatever came, since browsers ask for one", () => {
  expect(notificationOf(null)).toMatchObject({
    title: "Something happened at home",
    options: { data: { open: "#/" } },
  });
});
