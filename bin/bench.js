#!/usr/bin/env node
// Runs one benchmark on the product as it is built, file by file: `node bin/bench.js <name>` takes bench/<name>.ts. In one file with the
// product it would be another program: bundled like that, constants of a module become variables, and what reads bytes was a tenth slower.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import './build.js';

/** What a benchmark takes from src/ it takes from dist/, above dist/bench/ where it is itself. */
const fromProduct = {
  name: 'from-product',
  setup({ onResolve }) {
    onResolve({ filter: /^(\.\.\/)+src\// }, ({ path }) => ({
      path: path.replace(/^(\.\.\/)+src\//, '../'),
      external: true,
    }));
  },
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...rest] = process.argv.slice(2);
const outfile = join(root, 'dist/bench', `${name}.js`);
await build({
  entryPoints: [join(root, 'bench', `${name}.ts`)],
  outfile,
  bundle: true,
  packages: 'external',
  plugins: [fromProduct],
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit', cwd: root }).status ?? 1;
