// What an end-to-end test needs of the machine. Missing programs skip it with a reason; with RELAYWARDEN_E2E=required they fail it.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const PATHS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin', '/usr/lib/postfix'];

/** The absolute path of a program, also where only root's PATH leads. */
export function findProgram(name: string): string | undefined {
  return PATHS.map((dir) => join(dir, name)).find((path) => isExecutable(path));
}

/** Why a test cannot run here, or undefined when it can. Throws instead where end-to-end tests are required. */
export function whyNot(needs: { programs?: string[]; files?: string[]; root?: boolean }): string | undefined {
  const missing = [
    ...(needs.programs ?? []).filter((name) => !findProgram(name)),
    ...(needs.files ?? []).filter((path) => !isExecutable(path, constants.R_OK)),
  ];
  const reasons = [
    ...(missing.length > 0 ? [`not installed: ${missing.join(', ')}`] : []),
    ...(needs.root && process.getuid?.() !== 0 ? ['needs root'] : []),
  ];
  if (reasons.length === 0) return undefined;
  if (process.env.RELAYWARDEN_E2E === 'required')
    throw new Error(`RELAYWARDEN_E2E=required, but ${reasons.join('; ')}`);
  console.warn(`skipped end-to-end test: ${reasons.join('; ')}`);
  return reasons.join('; ');
}

/** The command line that the kernel ends with the test process, however that ends: nothing may be left running. Linux only. */
export function endingWithUs(program: string, args: string[]): [string, string[]] {
  const setpriv = findProgram('setpriv');
  return setpriv ? [setpriv, ['--pdeathsig', 'TERM', program, ...args]] : [program, args];
}

function isExecutable(path: string, mode = constants.X_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
