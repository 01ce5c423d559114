import { explain, Problem } from "../api";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import type { Sighting } from "./source";

/** Milliseconds in which a deletion can be taken back. */
const PATIENCE = 6000;

interface Deletion {
  home: HomeContext;
  event: Sighting;
  timer: ReturnType<typeof setTimeout>;
}

/** Events that nobody is to see any more, also where a home still tells of them. */
const gone = new Set<string>();
/** The one that can still be taken back. */
let waiting: Deletion | null = null;

export function isDeleted(event: Sighting): boolean {
  return gone.has(key(event));
}

/** Takes an event out of sight at once, and deletes it unless the person thinks better of it within some seconds. */
export function deleteWithUndo(home: HomeContext, event: Sighting): void {
  commit();
  gone.add(key(event));
  waiting = { home, event, timer: setTimeout(commit, PATIENCE) };
  home.state.say({ type: "event_removed", id: event.id, camera_id: event.camera_id });
  toast(t("timeline.deleted"), { label: t("timeline.undo"), run: () => undo(event) }, PATIENCE);
}

/** Deletes now what waits: the time for second thoughts is over, or the page goes away. */
function commit(): void {
  if (!waiting) return;
  const { home, event, timer } = waiting;
  clearTimeout(timer);
  waiting = null;
  const path = `/api/v1/events/${encodeURIComponent(event.id)}`;
  home.api.fetch(path, { method: "DELETE", keepalive: true }).catch((error: unknown) => {
    // What somebody else has deleted is gone as well.
    if (error instanceof Problem && error.status === 404) return;
    bringBack(home, event);
    toast(`${t("timeline.delete.failed")} ${explain(error).title}`);
  });
}

function undo(event: Sighting): void {
  if (waiting?.event !== event) return;
  clearTimeout(waiting.timer);
  const { home } = waiting;
  waiting = null;
  bringBack(home, event);
}

function bringBack(home: HomeContext, event: Sighting): void {
  gone.delete(key(event));
  home.state.say({ type: "event", phase: "update", event });
}

function key({ home, id }: Sighting): string {
  return `${home} ${id}`;
}

window.addEventListener("pagehide", commit);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") commit();
});
