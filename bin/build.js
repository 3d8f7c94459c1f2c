#!/usr/bin/env node
// Compiles src/ to dist/ file by file (types are checked by `npm run typecheck`), and copies what is not code.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const files = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const isCode = (file) => ['.ts', '.tsx'].includes(extname(file));

const options = { format: 'esm', platform: 'node', target: 'node20', sourcemap: true, logLevel: 'warning' };

rmSync('dist', { recursive: true, force: true });
await build({ ...options, entryPoints: files.filter(isCode), outdir: 'dist', outbase: 'src', jsx: 'automatic' });
// The log worker once more, with all it imports: a thread shares no modules, and finding four hundred files takes it half its start.
await build({
  ...options,
  entryPoints: ['src/detection/live.worker.ts'],
  outfile: 'dist/detection/live.worker.js',
  bundle: true,
  external: ['better-sqlite3'],
});
for (const file of files.filter((name) => !isCode(name))) cpSync(file, join('dist', file.slice('src/'.length)));
