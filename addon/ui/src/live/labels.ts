import {
  mdiAccount,
  mdiAccountVoice,
  mdiAirplane,
  mdiBagPersonal,
  mdiBagSuitcase,
  mdiBicycle,
  mdiBird,
  mdiBus,
  mdiCar,
  mdiCat,
  mdiCow,
  mdiDog,
  mdiDogSide,
  mdiFaceManOutline,
  mdiFerry,
  mdiFire,
  mdiGlassFragile,
  mdiHorse,
  mdiHumanMaleHeight,
  mdiMotorbike,
  mdiPackageVariant,
  mdiPurse,
  mdiShapeOutline,
  mdiSheep,
  mdiSmoke,
  mdiSmokeDetectorVariantAlert,
  mdiTrain,
  mdiTruck,
} from "@mdi/js";
import { isKey, t } from "../i18n";

const ICONS: Record<string, string> = {
  person: mdiAccount,
  face: mdiFaceManOutline,
  fall: mdiHumanMaleHeight,
  bicycle: mdiBicycle,
  car: mdiCar,
  motorcycle: mdiMotorbike,
  bus: mdiBus,
  truck: mdiTruck,
  train: mdiTrain,
  dog: mdiDog,
  cat: mdiCat,
  bird: mdiBird,
  horse: mdiHorse,
  sheep: mdiSheep,
  cow: mdiCow,
  package: mdiPackageVariant,
  fire: mdiFire,
  smoke: mdiSmoke,
  boat: mdiFerry,
  airplane: mdiAirplane,
  suitcase: mdiBagSuitcase,
  backpack: mdiBagPersonal,
  handbag: mdiPurse,
  smoke_alarm: mdiSmokeDetectorVariantAlert,
  glass: mdiGlassFragile,
  bark: mdiDogSide,
  scream: mdiAccountVoice,
};

/** What most people look for, to be offered first. */
export const COMMON = ["person", "bicycle", "car", "motorcycle", "bus", "truck", "dog", "cat", "bird"];

/** What a detector's label is called in the person's language; a label that the app does not know is shown as it is. */
export function labelName(label: string): string {
  const key = `live.label.${label.replaceAll(" ", "_")}`;
  if (isKey(key)) return t(key);
  return label.charAt(0).toUpperCase() + label.slice(1).replaceAll("_", " ");
}

export function labelIcon(label: string): string {
  return ICONS[label] ?? mdiShapeOutline;
}

/** Several labels in one line, such as "Person, Car". */
export function labelNames(labels: readonly string[]): string {
  return labels.map(labelName).join(", ");
}
