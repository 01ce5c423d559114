/** The version of the app, from package.json (vite.config.ts). */
declare const __VERSION__: string;
