/**
 * Builds what the pages load: one style sheet, one script for every page, and the booth with its worker.
 *
 * Run by `npm run build`. Everything lands in foundation/static/dist, which is emptied first, with a manifest
 * of SHA-256 digests so that anyone can compare what the server sends with what this source builds.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compile } from 'sass';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const STATIC = join(ROOT, 'foundation', 'static');
const DIST = join(STATIC, 'dist');

/** The scripts, each bundled alone so that the booth loads nothing it does not need. */
const BUNDLES = {
  'govuk.js': join(STATIC, 'js', 'main.js'),
  'booth.js': join(ROOT, 'elections', 'booth', 'main.js'),
  'booth-worker.js': join(ROOT, 'elections', 'booth', 'worker.js'),
};

/** Bundle one entry point into dist; comments with licences are kept, as their licences ask. */
async function bundle(name, entry) {
  await build({
    entryPoints: [entry],
    outfile: join(DIST, name),
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    target: ['es2022'],
    minify: true,
    legalComments: 'inline',
    logLevel: 'warning',
  });
}

/** Compile the theme; a warning about our own sheet is an error, one inside a dependency is not ours to fix. */
async function compileStyle() {
  const { css } = compile(join(STATIC, 'css', 'main.scss'), {
    loadPaths: [join(ROOT, 'node_modules')],
    style: 'compressed',
    quietDeps: true,
    fatalDeprecations: ['import'],
  });
  await writeFile(join(DIST, 'main.css'), css);
}

/** Write {file: sha256} for everything built, sorted by name so that equal builds give equal manifests. */
async function writeManifest() {
  const digests = {};
  for (const name of (await readdir(DIST)).sort()) {
    digests[name] = createHash('sha256').update(await readFile(join(DIST, name))).digest('hex');
  }
  await writeFile(join(DIST, 'manifest.json'), `${JSON.stringify(digests, null, 2)}\n`);
}

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST, { recursive: true });
await compileStyle();
await Promise.all(Object.entries(BUNDLES).map(([name, entry]) => bundle(name, entry)));
await writeManifest();
