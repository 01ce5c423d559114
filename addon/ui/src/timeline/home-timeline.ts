import type { HomeContext } from "../home";
import { Timeline } from "./timeline";

const timelines = new WeakMap<HomeContext, Timeline>();

/** The timeline of a home, which goes on while its screens come and go: the way back from an event leads to where one was. */
export function timelineOf(home: HomeContext): Timeline {
  let timeline = timelines.get(home);
  if (!timeline) {
    const made = new Timeline(home.api);
    home.state.listen((message) => made.apply(message));
    timelines.set(home, made);
    timeline = made;
  }
  return timeline;
}
