// @vitest-environment node
import { describe, expect, it } from "vitest";
import { newIdentity, PhonePairing, parseMessage, Rejected, SealedOffer } from "../../src/pnp1";
import { publicBytes, seal } from "../../src/pnp1/keys";
import { homeUpdate, welcome } from "../../src/pnp1/record";
import {
  decode,
  decodeJson,
  encode,
  equal,
  fields,
  integer,
  splitSigned,
  text,
  utf8,
} from "../../src/pnp1/wire";

/** Numbers that look random and are the same in every run. */
function* numbers(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("base64url", () => {
  it("comes back", () => {
    for (let length = 0; length < 70; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256);
      expect(decode(encode(data))).toEqual(data);
    }
  });

  it.each(["A", "AA=", "AB", "AAB", "A A", "AA+", "AA/", "AAAA\n", "ÄÄ", 7, null, undefined, ["AAAA"]])(
    "refuses %j",
    (value) => {
      expect(() => decode(value)).toThrow(Rejected);
    },
  );
});

describe("schemas", () => {
  it("want all members and no other", () => {
    const check = (value: unknown) => fields(value, { n: integer }, { name: text(3) });
    expect(check({ n: 1 })).toEqual({ n: 1 });
    expect(check({ n: 1, name: "📱📱📱" })).toEqual({ n: 1, name: "📱📱📱" });
    for (const value of [
      {},
      { n: 1, more: 1 },
      { n: 1, toString: 1 },
      { n: 1, name: undefined },
      [1],
      null,
      "n",
    ]) {
      expect(() => check(value)).toThrow(Rejected);
    }
    for (const n of [-1, 1.5, 2 ** 53, Number.NaN, "1", true, null])
      expect(() => check({ n })).toThrow(Rejected);
    for (const name of ["", "abcd", "\ud800", 1]) expect(() => check({ n: 1, name })).toThrow(Rejected);
  });

  it("refuse JSON that is none", () => {
    for (const data of [
      utf8(""),
      utf8("{"),
      utf8("NaN"),
      utf8("[".repeat(100_000)),
      Uint8Array.of(0x22, 0xff, 0x22),
    ]) {
      expect(() => decodeJson(data)).toThrow(Rejected);
    }
  });

  it("refuse frames of another length", () => {
    for (const frame of [
      new Uint8Array(0),
      new Uint8Array(67),
      new Uint8Array(69),
      new Uint8Array(200).fill(255),
    ]) {
      expect(() => splitSigned(frame)).toThrow(Rejected);
    }
  });

  it("compare whole values", () => {
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  });
});

describe("what a home says", () => {
  const home = {
    route: "a".repeat(26),
    registrars: ["https://pnp.example/"],
    kem: encode(Uint8Array.from({ length: 65 }, (_, i) => (i === 0 ? 4 : i))),
    ice: [{ urls: ["stun:stun.example"] }, { urls: ["turns:turn.example"], username: "u", credential: "c" }],
    name: "Home",
  };

  it("is taken", () => {
    expect(homeUpdate(home)).toEqual({ ...home, kem: decode(home.kem) });
    expect(
      welcome({ ...home, ik: home.kem, device: "A".repeat(22), role: "viewer", edge: "e", now: 1 }).role,
    ).toBe("viewer");
  });

  it.each([
    ["route", "A".repeat(26)],
    ["route", "a".repeat(27)],
    ["registrars", ["javascript:alert(1)"]],
    ["registrars", ["file:///etc/passwd"]],
    ["registrars", ["https://pnp.example/ x"]],
    ["registrars", Array(9).fill("https://pnp.example/")],
    ["kem", encode(new Uint8Array(65))],
    ["kem", encode(new Uint8Array(64))],
    ["ice", [{ urls: ["https://x"] }]],
    ["ice", [{ urls: "stun:x" }]],
    ["ice", [{ urls: ["stun:x"], extra: 1 }]],
    ["ice", {}],
    ["name", ""],
    ["name", "x".repeat(81)],
    ["role", "owner"],
    ["ik", home.kem],
  ])("is refused: %s %j", (name, value) => {
    expect(() => homeUpdate({ ...home, [name]: value })).toThrow(Rejected);
  });
});

describe("the phone", () => {
  it("has a key that cannot be exported", async () => {
    const keys = await newIdentity();
    expect(keys.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("pkcs8", keys.privateKey)).rejects.toThrow();
    expect(await publicBytes(keys)).toHaveLength(65);
  });

  it.each(["", "12345", "1234567", "12345a", "A".repeat(21), "A".repeat(23), "042917\n", "١٢٣٤٥٦"])(
    "does not begin with the secret %j",
    async (secret) => {
      await expect(PhonePairing.start("a".repeat(26), secret)).rejects.toBeInstanceOf(TypeError);
    },
  );

  it("refuses any P4 before it has proved anything", async () => {
    const pairing = await PhonePairing.start("a".repeat(26), "042917");
    const p4 = {
      kind: "p4",
      sid: pairing.p1.sid,
      conf: new Uint8Array(32),
      box: new Uint8Array(99),
    } as const;
    await expect(pairing.finish(p4)).rejects.toMatchObject({ reason: "malformed" });
    await expect(pairing.finish({ ...p4, sid: new Uint8Array(16) })).rejects.toMatchObject({
      reason: "malformed",
    });
  });

  it("seals for no key that is none", async () => {
    for (const key of [new Uint8Array(65), new Uint8Array(65).fill(4), new Uint8Array(0)]) {
      await expect(seal(key, utf8("x"), "pnp1 offer\0")).rejects.toBeInstanceOf(Rejected);
    }
  });

  it("rejects junk of any kind as reply and message", async () => {
    const keys = await newIdentity();
    const kem = await publicBytes(
      (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
        "deriveBits",
      ])) as CryptoKeyPair,
    );
    const record = {
      ik: await publicBytes(keys),
      device: "A".repeat(22),
      role: "owner" as const,
      edge: "e",
      route: "a",
    };
    const offer = await SealedOffer.of(
      { ...record, registrars: [], kem, ice: [], name: "x", offset: 0, keys },
      "v=0",
    );
    const random = numbers();
    for (let round = 0; round < 60; round++) {
      const junk = Uint8Array.from(
        { length: Math.floor(random.next().value * 300) },
        () => random.next().value * 256,
      );
      junk[0] = round % 2;
      await expect(offer.openReply(junk)).rejects.toBeInstanceOf(Rejected);
      expect(() => parseMessage("ANSWER", decodeOrNull(junk))).toThrow(Rejected);
    }
  });
});

function decodeOrNull(data: Uint8Array): unknown {
  try {
    return decodeJson(data);
  } catch {
    return null;
  }
}
