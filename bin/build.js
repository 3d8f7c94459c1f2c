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

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: files.filter(isCode),
  outdir: 'dist',
  outbase: 'src',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  jsx: 'automatic',
  sourcemap: true,
  logLevel: 'warning',
});
for (const file of files.filter((name) => !isCode(name))) cpSync(file, join('dist', file.slice('src/'.length)));
