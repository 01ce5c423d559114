import { gzipSync } from "node:zlib";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig, type Plugin } from "vitest/config";
import { version } from "./package.json" with { type: "json" };

/** Prints what a first visit has to load before anything shows: the entry and all that it imports statically. */
function initialSize(): Plugin {
  return {
    name: "ambianic-initial-size",
    generateBundle(_options, bundle) {
      const seen = new Set<string>();
      const visit = (file: string): number => {
        const chunk = bundle[file];
        if (seen.has(file) || chunk?.type !== "chunk") return 0;
        seen.add(file);
        return chunk.imports.reduce((sum, name) => sum + visit(name), gzipSync(chunk.code).length);
      };
      const entries = Object.values(bundle).filter((file) => file.type === "chunk" && file.isEntry);
      const bytes = entries.reduce((sum, entry) => sum + visit(entry.fileName), 0);
      this.info(`initial JavaScript: ${(bytes / 1000).toFixed(1)} kB gzip`);
    },
  };
}

export default defineConfig({
  base: "./",
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    outDir: "../ambianic/web",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: "licences.txt" },
  },
  plugins: [
    initialSize(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      injectRegister: false,
      useCredentials: true,
      injectManifest: { globPatterns: ["**/*.{js,css,html,svg,png,webmanifest}"] },
      manifest: {
        id: "./",
        start_url: "./",
        scope: "./",
        name: "Ambianic",
        short_name: "Ambianic",
        description: "Your cameras, at home and with you. Private: no account, no cloud.",
        display: "standalone",
        orientation: "any",
        theme_color: "#0a171d",
        background_color: "#0a171d",
        categories: ["security", "utilities"],
        icons: [
          { src: "icons/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "icons/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "icons/icon.svg", sizes: "any", type: "image/svg+xml" },
        ],
      },
    }),
  ],
  test: { environment: "happy-dom", include: ["test/**/*.test.ts"] },
});
