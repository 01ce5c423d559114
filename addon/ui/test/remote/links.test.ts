import { expect, it } from "vitest";
import { encode } from "../../src/pnp1";
import { parseLink } from "../../src/remote/links";

const PID = "abcdefghijklmnopqrstuvwxyz";
const SECRET = "AAAAAAAAAAAAAAAAAAAAAA";
const at = (url: string) => encode(new TextEncoder().encode(url));

it("reads where and with what to pair", () => {
  expect(parseLink(`#p=1.${PID}.${SECRET}.${at("https://pnp.example/")}`)).toEqual({
    registrar: "https://pnp.example/",
    pid: PID,
    secret: SECRET,
  });
  expect(parseLink(`#p=1.${PID}.${SECRET}.${at("http://192.168.1.7:9779/")}`)?.registrar).toBe(
    "http://192.168.1.7:9779/",
  );
});

it.each([
  "",
  "#",
  "#p=",
  "#/p=1",
  `p=1.${PID}.${SECRET}.${at("https://pnp.example/")}`,
  `#p=2.${PID}.${SECRET}.${at("https://pnp.example/")}`,
  `#p=1.${PID}.${SECRET}`,
  `#p=1.${PID}.${SECRET}.${at("https://pnp.example/")}.more`,
  `#p=1.short.${SECRET}.${at("https://pnp.example/")}`,
  `#p=1.${PID}.123456.${at("https://pnp.example/")}`,
  `#p=1.${PID}.${SECRET}.${at("javascript:alert(1)")}`,
  `#p=1.${PID}.${SECRET}.${at("https://user:password@pnp.example/")}`,
  `#p=1.${PID}.${SECRET}.${at("pnp.example")}`,
  `#p=1.${PID}.${SECRET}.%%%`,
  `#p=1.${PID}.${SECRET}.${encode(new Uint8Array([0xff, 0xfe]))}`,
])("finds nothing in %j", (hash) => {
  expect(parseLink(hash)).toBeNull();
});
