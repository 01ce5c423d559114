import { css } from "lit";

/** The colour of each kind of label, as a class that sets `--label`: in the day's plot and beside the label's name. */
export const labelColours = css`
  .person {
    --label: light-dark(#0b7f93, #5bd6d0);
  }

  .vehicle {
    --label: light-dark(#b26a00, #ffc35c);
  }

  .animal {
    --label: light-dark(#6a4fb3, #b9a2ff);
  }

  .alarm {
    --label: light-dark(#c0362c, #ff8b7e);
  }

  .other {
    --label: light-dark(#5d737d, #9fb4bd);
  }
`;

export type Kind = "alarm" | "person" | "vehicle" | "animal" | "other";

/** In the order in which they are stacked. */
export const KINDS: readonly Kind[] = ["alarm", "person", "vehicle", "animal", "other"];

const KIND: Record<string, Kind> = {
  person: "person",
  face: "person",
  fall: "alarm",
  fire: "alarm",
  smoke: "alarm",
  smoke_alarm: "alarm",
  glass: "alarm",
  scream: "alarm",
  bicycle: "vehicle",
  car: "vehicle",
  motorcycle: "vehicle",
  bus: "vehicle",
  truck: "vehicle",
  train: "vehicle",
  boat: "vehicle",
  dog: "animal",
  cat: "animal",
  bird: "animal",
  horse: "animal",
  sheep: "animal",
  cow: "animal",
  bark: "animal",
};

export function kindOf(label: string): Kind {
  return KIND[label] ?? "other";
}
