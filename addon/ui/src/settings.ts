/** What this browser remembers about how the app looks; nothing secret. */
export type Theme = "system" | "light" | "dark";

export function getTheme(): Theme {
  const theme = localStorage.getItem("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

export function setTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem("theme");
  else localStorage.setItem("theme", theme);
  applyTheme();
}

export function applyTheme(): void {
  const theme = getTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** The chosen language, or null for the browser's. */
export function getLanguage(): string | null {
  return localStorage.getItem("language");
}

export function setLanguage(language: string | null): void {
  if (language) localStorage.setItem("language", language);
  else localStorage.removeItem("language");
}

/** The home that was looked at last. */
export function getLastHome(): string | null {
  return localStorage.getItem("home");
}

export function setLastHome(id: string): void {
  localStorage.setItem("home", id);
}
