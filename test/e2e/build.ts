// Compiles the product once before the end-to-end tests: they start the command that users start.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, ['bin/build.js'], { cwd: root, stdio: 'inherit' });
}
