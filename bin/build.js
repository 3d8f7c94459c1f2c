#!/usr/bin/env node
// Compiles src/ to dist/ (types are checked by `npm run typecheck`), and copies what is not code: every file by itself, as benchmarks take
// them, then what runs, with all it imports. Finding and linking a thousand files takes two thirds of a start, and 10 MB.
//
// The first `npx relaywarden …` in a folder has npm run this, perhaps under a bot that runs and reads parts of dist/ only when it needs
// them. So a file that stays the same is not touched, and one that changes is replaced whole: over an unchanged source nothing is missing
// at any time. Over a changed one the parts that only the former build had stay until the next change, for a bot that still runs has not
// read them all; dist/former.json names them.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const files = filesIn('src');
const isCode = (file) => ['.ts', '.tsx'].includes(extname(file));

/** The practice workspace is made of these, and says so when they are not installed; esbuild, its page's compiler, has a program with it. */
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const external = [...Object.keys(devDependencies), 'esbuild'];

const options = {
  absWorkingDir: root,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  write: false,
};
/** The text of a program stays in memory while it runs, so no blank is too many. */
const whole = {
  ...options,
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // What CommonJS packages ask for inside an ES module.
  banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
};

const FORMER = join('dist', 'former.json');

/** What dist/ is to hold: bytes by path. What is bundled takes the place of what was compiled by itself. */
const made = new Map();

take(await build({ ...options, entryPoints: files.filter(isCode), outdir: 'dist', outbase: 'src', jsx: 'automatic' }));
await buildWhole({
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  splitting: true,
  jsx: 'automatic',
  external,
  plugins: [asIn('.')],
});
// A thread shares no modules with others.
for (const thread of ['detection/live/live.worker', 'wiring/policy.worker'])
  await buildWhole({
    entryPoints: [`src/${thread}.ts`],
    outfile: `dist/${thread}.js`,
    plugins: [asIn(dirname(thread))],
  });
for (const file of files.filter((name) => !isCode(name)))
  made.set(join('dist', file.slice('src/'.length)), readFileSync(file));

const changed = [...made].filter(([file, bytes]) => replace(file, bytes));
const left = filesIn('dist').filter((file) => !made.has(file) && file !== FORMER);
keepFormer(left, changed.length > 0);

function take({ outputFiles }) {
  for (const { path, contents } of outputFiles) made.set(relative(root, path), Buffer.from(contents));
}

/** A single letter beyond Latin-1 would make the text in memory twice as long; esbuild leaves those in regular expressions. */
async function buildWhole(of) {
  const { outputFiles } = await build({ ...whole, ...of });
  take({ outputFiles });
  for (const { path, text } of outputFiles.filter(({ path: name }) => name.endsWith('.js'))) {
    const escaped = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    if (escaped !== text) made.set(relative(root, path), Buffer.from(escaped));
  }
}

/** Removes what was left over before this change already, and notes what is left over since. */
function keepFormer(left, isChanged) {
  const before = existsSync(FORMER) ? JSON.parse(readFileSync(FORMER, 'utf8')) : [];
  const isOver = (file) => isChanged && before.includes(file);
  for (const file of left.filter(isOver)) rmSync(file, { force: true });
  replace(FORMER, Buffer.from(JSON.stringify(left.filter((file) => !isOver(file)))));
}

/** Reports whether it was another. */
function replace(file, bytes) {
  if (existsSync(file) && readFileSync(file).equals(bytes)) return false;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  return true;
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Lets a module that is written into a file of this folder find what lies beside it where it would stand by itself. */
function asIn(folder) {
  return {
    name: 'as-in',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /[/\\]src[/\\].*\.tsx?$/ }, ({ path }) => {
        const contents = readFileSync(path, 'utf8');
        if (path.includes('node_modules') || !contents.includes('import.meta.url')) return undefined;
        const place = relative(join(root, 'src', folder), path)
          .replaceAll('\\', '/')
          .replace(/\.tsx?$/, '.js');
        return {
          contents: contents.replaceAll('import.meta.url', `new URL('${place}', import.meta.url).href`),
          loader: path.endsWith('x') ? 'tsx' : 'ts',
        };
      });
      // It has a library of its own beside it. Imported, it would have Node compile a parser that looks for its exports.
      onResolve({ filter: /^better-sqlite3$/ }, ({ path }) => ({ path, namespace: 'required' }));
      onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
        contents: `import { createRequire } from 'node:module'; export default createRequire(import.meta.url)('${path}');`,
      }));
    },
  };
}
