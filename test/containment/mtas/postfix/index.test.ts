import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBook } from '../../../../src/containment/book.js';
import { createPostfixMta, type PostfixMtaOptions } from '../../../../src/containment/mtas/postfix/index.js';
import { createPolicyDoor, type DoorParts } from '../../../../src/containment/mtas/postfix/policy-door.js';
import { openTable } from '../../../../src/containment/mtas/postfix/table.js';
import { type Fate, testMta } from '../../../contract/mta.js';
import { attributeByName, containment, requestText } from '../../containments.js';
import { connectPolicy } from './policy-client.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function makeMta(options: Partial<PostfixMtaOptions> = {}) {
  const book = createBook();
  const mta = createPostfixMta({
    listen: { host: '127.0.0.1', port: 0 },
    door: (parts) => createPolicyDoor(parts, attributeByName),
    book,
    routes: { clean: 'smtp:[192.0.2.25]:25' },
    texts: { block: 'blocked', suspend: 'suspended' },
    ...options,
  });
  return { book, mta };
}

const fates: Record<string, Fate> = {
  DUNNO: 'pass',
  'REJECT 5.7.1 blocked': 'refused',
  'REJECT 5.7.1 suspended': 'suspended',
  'FILTER smtp:[192.0.2.25]:25': 'rerouted',
};

testMta('postfix', async () => {
  const { mta } = makeMta();
  const client = await connectPolicy(await mta.start([]));
  return {
    mta,
    async fateOf({ sender, login = '', recipient = '' }) {
      client.write(requestText({ sender, sasl_username: login, recipient }));
      const [action = ''] = await client.actions(1);
      const fate = fates[action];
      if (!fate) throw new Error(`unexpected answer ${action}`);
      return fate;
    },
    stop: () => mta.stop(),
  };
});

describe('containment on Postfix', () => {
  it('answers from the first request on as it did before a restart', async () => {
    const inForce = [containment('suspend-outbound')];
    for (const _ of ['first run', 'second run']) {
      const { mta, book } = makeMta();
      const client = await connectPolicy(
        await mta.start(inForce, new Map([[inForce[0]?.id ?? 0, { count: 5, lastAt: 1 }]])),
      );
      client.write(requestText({ sender: 'bo@kvist.example' }));
      expect(await client.actions(1)).toEqual(['REJECT 5.7.1 suspended']);
      expect(book.hits().get(inForce[0]?.id ?? 0)?.count).toBe(6);
      await mta.stop();
    }
  });

  it.each(['', 'smtp', 'smtp:', 'smtp:[a]:25\nx', 'smtp:a b'])('refuses the route %j at once', (destination) => {
    expect(() => makeMta({ routes: { clean: destination } })).toThrow('is not transport:destination');
  });

  it('passes mail of a containment whose route has gone, and says so', async () => {
    const { mta } = makeMta();
    const client = await connectPolicy(await mta.start([containment('reroute', { route: 'gone' })]));
    cleanups.push(() => mta.stop());

    client.write(requestText({ sender: 'bo@kvist.example', recipient: 'k@hotmail.com' }));

    expect(await client.actions(1)).toEqual(['DUNNO']);
    expect(mta.snapshot()).toMatchObject({ isListening: true, answers: { 'no-route': 1 } });
  });

  it('is not well when it does not listen', async () => {
    const { mta } = makeMta();

    expect(mta.snapshot()).toMatchObject({ isListening: false });
    expect(mta.exported()).toBeUndefined();
  });

  it('keeps the exported table in step, and leaves it behind when it stops', async () => {
    const path = exportPath();
    const { mta } = makeMta({ export: exportTo(path) });
    const [block, suspension] = [containment('block-sender', { logins: ['anna'] }), containment('suspend-outbound')];
    await mta.start([block]);
    expect(keysIn(path)).toEqual(['login anna']);

    await mta.apply(suspension);
    expect(keysIn(path)).toEqual(['login anna', 'login kvist']);
    await mta.lift(block);
    await mta.stop();

    expect(keysIn(path)).toEqual(['login kvist']);
  });

  it('keeps the exported table quiet while it answers, and lets it count at once when it stops', async () => {
    const path = exportPath();
    const { mta } = makeMta({ export: exportTo(path) });
    const first = containment('suspend-outbound');
    await mta.start([first]);
    expect(countingIn(path)).toEqual([]);

    await mta.apply(containment('suspend-outbound', { customer: 'vestmar' }));
    await mta.lift(first);
    expect(countingIn(path)).toEqual([]);
    await mta.stop();

    expect(countingIn(path)).toEqual(['login vestmar']);
  });

  it('keeps the first row quiet from the moment it is there', async () => {
    const path = exportPath();
    const { mta } = makeMta({ export: exportTo(path) });
    await mta.start([]);
    cleanups.push(() => mta.stop());

    await mta.apply(containment('suspend-outbound'));

    expect(keysIn(path)).toEqual(['login kvist']);
    expect(countingIn(path)).toEqual([]);
  });

  it('goes on giving signs of life, also after one that met a lock', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanups.push(() => vi.useRealTimers());
    const path = exportPath();
    const { mta } = makeMta({ export: exportTo(path) });
    await mta.start([containment('suspend-outbound')]);
    cleanups.push(() => mta.stop());
    const runOut = () => {
      const db = new Database(path);
      db.exec("UPDATE answered SET until = datetime('now', '-1 second')");
      db.close();
    };
    runOut();
    expect(countingIn(path)).toEqual(['login kvist']);

    vi.advanceTimersByTime(15_000);
    expect(countingIn(path)).toEqual([]);

    runOut();
    const release = openLocked(path);
    vi.advanceTimersByTime(15_000);
    release();
    vi.advanceTimersByTime(250);
    expect(countingIn(path)).toEqual([]);
  });

  it('gives a sign of life as soon as it answers again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanups.push(() => vi.useRealTimers());
    const path = exportPath();
    let isShut = true;
    const door = (parts: DoorParts) => {
      const made = createPolicyDoor(parts, attributeByName);
      return Object.create(made, { isAnswering: { get: () => !isShut && made.isAnswering } });
    };
    const { mta } = makeMta({ export: exportTo(path), door });
    await mta.start([containment('suspend-outbound')]);
    cleanups.push(() => mta.stop());
    vi.advanceTimersByTime(60_000);
    expect(countingIn(path)).toEqual(['login kvist']);

    isShut = false;
    vi.advanceTimersByTime(250);

    expect(countingIn(path)).toEqual([]);
  });

  it('says when it could give no sign of life for long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    cleanups.push(() => vi.useRealTimers());
    const path = exportPath();
    const errors: unknown[] = [];
    let now = 1_000;
    const { mta } = makeMta({ export: exportTo(path), now: () => now, onError: (error) => errors.push(error) });
    await mta.start([containment('suspend-outbound')]);
    cleanups.push(() => mta.stop());
    now = 2_000;

    const release = openLocked(path);
    vi.advanceTimersByTime(60_000);
    expect(errors).toHaveLength(1);
    const trouble = { of: 'signs', why: 'database is locked', since: 1_000 };
    expect(mta.exported()).toEqual({ path, trouble });

    release();
    vi.advanceTimersByTime(250);
    expect(mta.exported()).toEqual({ path });
  });

  it('leaves the signs of another process alone when it cannot listen', async () => {
    const path = exportPath();
    const { mta } = makeMta({ export: exportTo(path) });
    const suspension = containment('suspend-outbound');
    const address = await mta.start([suspension]);
    cleanups.push(() => mta.stop());
    const { mta: second } = makeMta({ export: exportTo(path), listen: address });

    await expect(second.start([suspension])).rejects.toThrow('another process listens there');

    expect(countingIn(path)).toEqual([]);
  });

  it('contains although the table cannot be written, says so, and catches up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanups.push(() => vi.useRealTimers());
    const path = exportPath();
    const errors: unknown[] = [];
    let now = 1_000;
    const { mta } = makeMta({ export: exportTo(path), now: () => now, onError: (error) => errors.push(error) });
    const client = await connectPolicy(await mta.start([]));
    cleanups.push(() => mta.stop());
    const blocker = openLocked(path);

    await mta.apply(containment('suspend-outbound'));

    client.write(requestText({ sender: 'bo@kvist.example' }));
    expect(await client.actions(1)).toEqual(['REJECT 5.7.1 suspended']);
    expect(errors).toHaveLength(1);
    now = 6_000;
    vi.advanceTimersByTime(5_000);
    expect(mta.exported()).toEqual({ path, trouble: { of: 'rows', why: 'database is locked', since: 1_000 } });
    blocker();
    vi.advanceTimersByTime(5_000);
    expect(keysIn(path)).toEqual(['login kvist']);
    expect(mta.exported()).toEqual({ path });
  });

  it('makes a table that was removed or replaced anew, and has the one that Postfix has open say nothing more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanups.push(() => vi.useRealTimers());
    const path = exportPath();
    const { mta } = makeMta({ export: exportTo(path) });
    await mta.start([containment('suspend-outbound')]);
    cleanups.push(() => mta.stop());
    const seenByPostfix = new Database(path, { readonly: true });
    cleanups.push(() => seenByPostfix.close());
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);

    vi.advanceTimersByTime(15_000);

    await mta.apply(containment('suspend-outbound', { customer: 'vestmar' }));
    expect(keysIn(path)).toEqual(['login kvist', 'login vestmar']);
    expect(countingIn(path)).toEqual([]);
    expect(seenByPostfix.prepare('SELECT key FROM contained').pluck().all()).toEqual([]);
    expect(mta.exported()).toEqual({ path });
  });

  it('names the table when its directory is missing', async () => {
    const { mta } = makeMta({ export: exportTo('/nonexistent/table.sqlite') });

    await expect(mta.start([])).rejects.toThrow('exported table /nonexistent/table.sqlite');
  });
});

const identitiesOf = (customer: string) => ({
  logins: [customer],
  loginDomains: [],
  othersLogins: [],
  clientIps: [],
  senderDomains: [],
});

function exportTo(path: string) {
  return { path, identitiesOf, attribute: attributeByName };
}

function exportPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'export-'));
  cleanups.push(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'containments.sqlite');
}

function keysIn(path: string): string[] {
  const table = openTable(path);
  const keys = table.read().map(({ kind, key }) => `${kind} ${key}`);
  table.close();
  return keys.sort();
}

/** What Postfix finds there now. */
function countingIn(path: string): string[] {
  const db = new Database(path, { readonly: true });
  const keys = db.prepare("SELECT kind || ' ' || key FROM access").pluck().all();
  db.close();
  return (keys as string[]).sort();
}

/** Holds the file as a long reader would; returns how to let go. */
function openLocked(path: string): () => void {
  const db = new Database(path);
  db.exec('BEGIN EXCLUSIVE');
  return () => {
    db.exec('ROLLBACK');
    db.close();
  };
}
