import type { HomeContext } from "../home";
import { LastingSource } from "./lasting-source";
import type { EventSource } from "./source";
import { Timeline } from "./timeline";

/** A timeline, and where it has its events from. */
export interface Told {
  timeline: Timeline;
  source: EventSource;
}

const told = new WeakMap<HomeContext, Told>();

/** The timeline of a home, which goes on while its screens come and go: the way back from an event leads to where one was. */
export function timelineOf(home: HomeContext): Timeline {
  return toldOf(home).timeline;
}

export function toldOf(home: HomeContext): Told {
  let known = told.get(home);
  if (!known) {
    const source = new LastingSource(home);
    const timeline = new Timeline(source);
    home.state.listen((message) => timeline.apply(message, home.id));
    known = { timeline, source };
    told.set(home, known);
  }
  return known;
}
