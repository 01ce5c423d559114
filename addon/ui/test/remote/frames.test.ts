import { describe, expect, it } from "vitest";
import vectors from "../../../../tests/vectors/channel/frames.json";
import {
  closed,
  encodeFrame,
  FROM_HUB,
  FROM_PHONE,
  granted,
  Kind,
  ProtocolError,
  parseFrame,
  readJson,
} from "../../src/remote/channel/frames";

const allowed = (from: string) => (from === "phone" ? FROM_PHONE : FROM_HUB);
const unhex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hex = (data: Uint8Array) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");

describe("frames that both languages know", () => {
  it.each(vectors.good)("$name", (vector) => {
    const frame = parseFrame(unhex(vector.hex).buffer, allowed(vector.from));
    expect(frame.kind).toBe(Kind[vector.kind as keyof typeof Kind]);
    expect(frame.id).toBe(vector.id);
    expect(hex(frame.payload)).toBe(vector.payload);
    expect(hex(encodeFrame(frame.kind, frame.id, frame.payload))).toBe(vector.hex);
    if (vector.credit !== undefined) expect(granted(frame)).toBe(vector.credit);
    if (vector.close) expect(Object.values(closed(frame))).toEqual(vector.close);
    if (vector.request) expect(Object.values(readJson(frame))).toEqual(vector.request);
  });

  it.each(vectors.bad)("refuses: $name", (vector) => {
    const one = unhex(vector.hex);
    const wire = new Uint8Array(one.length * (vector.times ?? 1));
    for (let at = 0; at < wire.length; at += one.length) wire.set(one, at);
    expect(() => parseFrame(wire.buffer, allowed(vector.from))).toThrow(ProtocolError);
  });

  it("refuses text", () => {
    expect(() => parseFrame("HELLO", FROM_HUB)).toThrow(ProtocolError);
  });
});

it("reads noise as a frame or refuses it", () => {
  for (let round = 0; round < 20_000; round++) {
    const noise = crypto.getRandomValues(new Uint8Array(Math.floor(Math.random() * 24)));
    if (noise[0] !== undefined && Math.random() < 0.9) noise[0] %= 16;
    try {
      expect(FROM_HUB.has(parseFrame(noise.buffer, FROM_HUB).kind)).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
    }
  }
});
