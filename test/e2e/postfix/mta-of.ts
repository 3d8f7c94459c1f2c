// The policy server with its exported table as the product wires them, for customers of a test, in this process or in one to be killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createBook } from '../../../src/containment/book.js';
import type { Containment } from '../../../src/containment/containment.js';
import {
  createPostfixMta,
  type PostfixMta,
  type PostfixMtaOptions,
} from '../../../src/containment/mtas/postfix/index.js';
import type { Directory } from '../../../src/partners/directory.js';
import { sharedOwners, shareOwners } from '../../../src/partners/owners.js';
import { identitiesIn } from '../../../src/wiring/identities.js';
import { PolicyThread, type PolicyThreadOptions } from '../../../src/wiring/policy-thread.js';
import { whoseMail } from '../../../src/wiring/whose-mail.js';

export interface MtaOf {
  port: number;
  directory: Directory;
  routes: Record<string, string>;
  exportPath: string;
  silenceMs?: number;
  thread?: PolicyThreadOptions;
}

export function mtaOf(
  { port, directory, routes, exportPath, silenceMs, thread }: MtaOf,
  options: Partial<PostfixMtaOptions> = {},
): PostfixMta {
  const owners = shareOwners(directory.customers, new Set());
  return createPostfixMta({
    listen: { host: '127.0.0.1', port },
    door: (parts) => new PolicyThread(parts, owners, thread),
    book: createBook(),
    routes,
    texts: {
      block: '{sender} is stopped, call {phone}',
      suspend: '{customer} is suspended, call {phone}',
      phone: '555 01 23',
    },
    nameOf: (customer) => `${customer} AS`,
    export: {
      path: exportPath,
      identitiesOf: identitiesIn(directory),
      attribute: whoseMail(sharedOwners(owners)),
      ...(silenceMs === undefined ? {} : { silenceMs }),
    },
    ...options,
  });
}

/** The same in a process of its own; resolves when it listens. End it by its handle. */
export async function spawnMtaOf(how: MtaOf, inForce: Containment[]): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', new URL('./mta-child.ts', import.meta.url).pathname, JSON.stringify({ how, inForce })],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit').then(() => {
    throw new Error('the policy server ended before it listened');
  });
  if (child.stdout) await Promise.race([once(child.stdout, 'data'), ended]);
  return child;
}
