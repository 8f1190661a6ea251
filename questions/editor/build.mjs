// Bundles the editor: `npm ci && npm run build` writes questions/static/countersign/editor.js, which is kept, and the
// licences of everything in it.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const made = await build({
  entryPoints: ["editor.mjs"],
  outfile: "../static/countersign/editor.js",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  metafile: true,
  banner: { js: "// Made by questions/editor/build.mjs; holds CodeMirror 6 (MIT, see questions/editor/LICENSES)." },
});

const packages = new Set(
  Object.keys(made.metafile.inputs).map((file) => /^node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(file)?.[1]).filter(Boolean),
);
const licences = [...packages].sort().map((name) => {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  return `${name} ${version}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
});
writeFileSync("LICENSES", licences.join(`\n${"-".repeat(80)}\n\n`));
