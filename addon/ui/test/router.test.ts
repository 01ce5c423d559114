import { LitElement, type ReactiveControllerHost } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { go, holdPlace, link, match, pathOf, queryOf, Router } from "../src/router";
import { find, routes } from "../src/routes";

describe("paths", () => {
  it("gives the values in a path, unescaped", () => {
    expect(match("home/:home/cameras/:camera", "home/a%2Fb/cameras/front%20door")).toEqual({
      home: "a/b",
      camera: "front door",
    });
  });

  it.each([
    ["home/:home/cameras", "home/1/timeline"],
    ["home/:home/cameras", "home/1"],
    ["home/:home/cameras", "home//cameras"],
    ["home/:home", "home/%E0%A4%A"],
  ])("does not fit %s to %s", (pattern, path) => {
    expect(match(pattern, path)).toBeNull();
  });

  it("makes links that lead back to their parts", () => {
    const hash = link("home", "5/e#?", "cameras");
    expect(match("home/:home/cameras", pathOf(hash))).toEqual({ home: "5/e#?" });
  });

  it("leaves queries and slashes out of paths", () => {
    expect(pathOf("#/home/1/timeline/?label=person")).toBe("home/1/timeline");
    expect(pathOf("#/welcome/")).toBe("welcome");
    expect(queryOf("#/home/1/timeline?label=person&label=car").getAll("label")).toEqual(["person", "car"]);
  });
});

describe("routes", () => {
  it("finds each route by its own pattern, and no two by one path", () => {
    for (const route of routes) {
      const path = route.path.replaceAll(/:\w+/g, "x");
      expect(routes.filter((other) => match(other.path, path))).toEqual([route]);
      expect(find(path)?.route).toBe(route);
    }
  });

  it("knows no screen for anything else", () => {
    expect(find("home/1/nonsense")).toBeNull();
    expect(find("")).toBeNull();
  });
});

describe("Router", () => {
  class Host extends LitElement {
    arrived: string[] = [];
    router = new Router(this, (path) => this.arrived.push(path));
  }
  customElements.define("test-router-host", Host);

  it("tells its host once of each new path, and no more after it left", () => {
    location.hash = "";
    const host = new Host();
    document.body.append(host);
    go("#/welcome");
    go("#/welcome?again=1");
    go(link("home", "1", "cameras"), { replace: true });
    host.remove();
    go("#/homes");
    expect(host.arrived).toEqual(["welcome", "home/1/cameras"]);
    expect(host.router.path).toBe("home/1/cameras");
  });
});

describe("a screen that holds its place", () => {
  const host = { addController: () => {}, requestUpdate: () => {} } as unknown as ReactiveControllerHost;
  const arrived = vi.fn();
  let answer: (may: boolean) => void;
  let letGo: () => void;
  let router: Router;

  beforeEach(() => {
    location.hash = "#/home/1/zones";
    arrived.mockClear();
    router = new Router(host, arrived);
    router.hostConnected();
    letGo = holdPlace(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
  });

  afterEach(() => {
    letGo();
    router.hostDisconnected();
  });

  it("stays until the person may leave", async () => {
    go("#/home/1/cameras");
    expect(location.hash).toBe("#/home/1/zones");
    answer(false);
    await new Promise((resolve) => setTimeout(resolve));
    expect(arrived).not.toHaveBeenCalled();
    go("#/home/1/timeline?zone=drive");
    answer(true);
    await vi.waitFor(() => expect(arrived).toHaveBeenCalledWith("home/1/timeline"));
    expect(location.hash).toBe("#/home/1/timeline?zone=drive");
  });

  it("asks once at a time, and not for what stays within it", async () => {
    go("#/home/1/zones?shape=2");
    go("#/home/1/cameras");
    go("#/home/1/more");
    expect(location.hash).toBe("#/home/1/zones?shape=2");
    answer(true);
    await vi.waitFor(() => expect(arrived).toHaveBeenCalledWith("home/1/cameras"));
    expect(arrived).toHaveBeenCalledTimes(1);
  });

  it("lets go at its end", () => {
    letGo();
    go("#/home/1/cameras");
    expect(arrived).toHaveBeenCalledWith("home/1/cameras");
  });
});
