/**
 * Builds what the pages load: one style sheet, one script for every page, the certifiers', and the booth with its worker.
 *
 * Run by `npm run build`. Everything lands in foundation/static/dist, with a manifest of SHA-256 digests so that
 * anyone can compare what the server sends with what this source builds. Each file is replaced in one step, so that
 * a running server never misses one.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compile } from 'sass';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const STATIC = join(ROOT, 'foundation', 'static');
const DIST = join(STATIC, 'dist');
const MANIFEST = 'manifest.json';

/** The scripts, each bundled alone so that the booth loads nothing it does not need. */
const BUNDLES = {
  'govuk.js': join(STATIC, 'js', 'main.js'),
  'certify.js': join(STATIC, 'js', 'certify', 'certify.js'),
  'booth.js': join(ROOT, 'elections', 'booth', 'main.js'),
  'booth-worker.js': join(ROOT, 'elections', 'booth', 'worker.js'),
  'lots.js': join(ROOT, 'elections', 'booth', 'lots', 'main.js'),
};

/** Bundle one entry point into `folder`; comments with licences are kept, as their licences ask. */
async function bundle(folder, name, entry) {
  await build({
    entryPoints: [entry],
    outfile: join(folder, name),
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
async function compileStyle(folder) {
  const { css } = compile(join(STATIC, 'css', 'main.scss'), {
    loadPaths: [join(ROOT, 'node_modules')],
    style: 'compressed',
    quietDeps: true,
    fatalDeprecations: ['import'],
  });
  await writeFile(join(folder, 'main.css'), css);
}

/** Write {file: sha256} for everything built, sorted by name so that equal builds give equal manifests. */
async function writeManifest(folder) {
  const digests = {};
  for (const name of (await readdir(folder)).sort()) {
    digests[name] = createHash('sha256').update(await readFile(join(folder, name))).digest('hex');
  }
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(digests, null, 2)}\n`);
}

/** Move what was built into dist, file by file, and take away what an earlier build left there. */
async function publish(folder) {
  const built = await readdir(folder);
  await mkdir(DIST, { recursive: true });
  const stale = (await readdir(DIST)).filter((name) => !built.includes(name) && !name.startsWith('.'));
  await Promise.all(built.map((name) => rename(join(folder, name), join(DIST, name))));
  await Promise.all(stale.map((name) => rm(join(DIST, name), { recursive: true })));
}

const folder = await mkdtemp(join(ROOT, 'node_modules', '.footing-'));
try {
  await compileStyle(folder);
  await Promise.all(Object.entries(BUNDLES).map(([name, entry]) => bundle(folder, name, entry)));
  await writeManifest(folder);
  await publish(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
