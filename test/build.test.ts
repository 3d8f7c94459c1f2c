// bin/build.js, on a source of three files: the first `npx relaywarden …` in a folder has npm run it, perhaps under a bot that runs.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relaywarden-build-'));
  for (const file of ['bin/build.js', 'package.json']) cpSync(file, join(folder, file));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const file of ['cli', 'detection/live/live.worker', 'wiring/policy.worker'])
    write(`src/${file}.ts`, 'export {};\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('touches nothing that a running bot may still read, when it is run again over the same source', () => {
  build();
  const before = statSync(join(folder, 'dist/cli.js'));

  build();

  expect(statSync(join(folder, 'dist/cli.js'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
});

it('makes dist/ what the source is now: changed and new', () => {
  build();
  write('src/words.txt', 'new');
  write('src/cli.ts', "console.log('changed');\n");

  build();

  expect(existsSync(join(folder, 'dist/words.txt'))).toBe(true);
  expect(execFileSync(process.execPath, ['dist/cli.js'], { cwd: folder, encoding: 'utf8' })).toBe('changed\n');
});

it('leaves what only the former build had to a bot that still runs, until the source changes again', () => {
  write('src/old.ts', 'export const old = 1;\n');
  build();
  rmSync(join(folder, 'src/old.ts'));
  write('src/cli.ts', "console.log('changed');\n");

  build();
  expect(existsSync(join(folder, 'dist/old.js'))).toBe(true);
  build();
  expect(existsSync(join(folder, 'dist/old.js'))).toBe(true);

  write('src/cli.ts', "console.log('changed again');\n");
  build();
  expect(existsSync(join(folder, 'dist/old.js'))).toBe(false);
});

function build() {
  execFileSync(process.execPath, ['bin/build.js'], { cwd: folder, stdio: 'inherit' });
}

function write(file: string, text: string) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}
