import { t } from "../i18n";
import type { Storage } from "../model";

const YEAR = 365;

/** In words: for how long there is room, and what happens then. */
export function forecast({ forecast, cameras }: Storage): string[] {
  const { full_in_days: full, keeps_days: keeps } = forecast;
  if (cameras.every(({ bytes_per_day }) => bytes_per_day === 0)) return [t("storage.room.unknown")];
  if (full === null) return [t("storage.room.enough")];
  if (keeps === null || full > YEAR) return [room(full)];
  return [
    room(full),
    keeps < 1 ? t("storage.keeps.hours") : t("storage.keeps.days", { days: Math.round(keeps) }),
  ];
}

function room(days: number): string {
  if (days < 1) return t("storage.room.full");
  return days > YEAR ? t("storage.room.years") : t("storage.room.days", { days: Math.round(days) });
}
