// Builds the style sheet, the script, the font and the name plate into internal/base/web/static:
// names carry a hash of the content, manifest.json maps the plain name to it, and each text file has
// a Brotli and a gzip twin. The same sources give the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../internal/base/web/static");
const browsers = ["chrome111", "firefox111", "safari16"];
const font = "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2";

const manifest = {};
const files = new Map();

function add(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const hashed = name.replace(/(\.\w+)$/, `-${hash}$1`);
  files.set(hashed, bytes);
  if (!name.endsWith(".woff2")) {
    files.set(`${hashed}.gz`, gzipSync(bytes, { level: 9 }));
    files.set(
      `${hashed}.br`,
      brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      }),
    );
  }
  manifest[name] = hashed;
}

async function style() {
  const { css } = compile(join(here, "scss/app.scss"), {
    loadPaths: [here, join(here, "node_modules")],
    style: "expanded",
    quietDeps: true,
  });
  const named = css.replace(/url\("?([\w.-]+)"?\)/g, (all, name) => {
    if (!manifest[name]) throw new Error(`app.scss names ${name}, which is not among the assets`);
    return `url(${manifest[name]})`;
  });
  const { code } = await transform(named, { loader: "css", minify: true, target: browsers, legalComments: "none" });
  return code;
}

async function script() {
  const { outputFiles } = await build({
    entryPoints: [join(here, "js/app.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: browsers,
    legalComments: "none",
    write: false,
  });
  return outputFiles[0].contents;
}

add("atkinson.woff2", readFileSync(join(here, "node_modules", font)));
for (const name of ["mark.svg", "favicon.svg", "yard.svg"]) add(name, readFileSync(join(here, name)));
add("app.css", await style());
add("app.js", await script());
files.set("manifest.json", JSON.stringify(manifest, null, 2) + "\n");

// New files first, stale ones last: whoever reads the folder meanwhile finds a whole set.
mkdirSync(out, { recursive: true });
for (const [name, bytes] of files) writeFileSync(join(out, name), bytes);
for (const name of readdirSync(out)) if (!files.has(name)) rmSync(join(out, name), { recursive: true });
