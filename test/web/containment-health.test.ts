// What health and the Home tab say when the relays do not do, or would not do, what was decided: seen on a real door and a real table.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBook } from '../../src/containment/book.js';
import { createPostfixMta, type PostfixMta } from '../../src/containment/mtas/postfix/index.js';
import { createPolicyDoor } from '../../src/containment/mtas/postfix/policy-door.js';
import type { HealthItem } from '../../src/context.js';
import type { DatabaseTrouble } from '../../src/db/trouble.js';
import { homeView } from '../../src/slack/messages/home.js';
import { healthReport } from '../../src/web/health.js';
import { attributeByName, containment, requestText } from '../containment/containments.js';
import { connectPolicy } from '../containment/mtas/postfix/policy-client.js';
import { tempDir } from '../helpers/temp.js';

const NOON = Date.UTC(2026, 10, 23, 12);
const trouble = { text: () => undefined } as unknown as DatabaseTrouble;

afterEach(() => void vi.useRealTimers());

function makeMta(exportPath?: string): PostfixMta {
  const identitiesOf = (customer: string) => ({
    ...{ logins: [customer], loginDomains: [], othersLogins: [], clientIps: [], senderDomains: [] },
  });
  const mta = createPostfixMta({
    listen: { host: '127.0.0.1', port: 0 },
    door: (parts) => createPolicyDoor(parts, attributeByName),
    book: createBook(),
    routes: { clean: 'smtp:[192.0.2.25]:25' },
    ...(exportPath ? { export: { path: exportPath, identitiesOf, attribute: attributeByName } } : {}),
    now: () => NOON,
  });
  onTestFinished(() => mta.stop());
  return mta;
}

function healthOf(mta: PostfixMta): HealthItem[] {
  const parts = { policy: mta.snapshot(), exported: mta.exported(), slack: undefined, intake: undefined, speed: 1 };
  return healthReport({ path: 'relaywarden.db', trouble, stuck: () => 0, ...parts });
}

const item = (mta: PostfixMta, name: string) => healthOf(mta).find((each) => each.name === name);
const homeOf = (mta: PostfixMta) =>
  JSON.stringify(homeView({ at: NOON, open: [], inForce: [], listed: [], health: healthOf(mta), help: [] }));

describe('the health of the exported table', () => {
  it('says that it is behind, why and since when while its folder is gone, and that it is well again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const folder = join(tempDir(), 'export');
    mkdirSync(folder);
    const path = join(folder, 'containments.sqlite');
    const mta = makeMta(path);
    await mta.start([]);
    const well = { name: 'exported table', ok: true, text: 'is in step with what is in force' };
    expect(item(mta, 'exported table')).toEqual(well);

    rmSync(folder, { recursive: true });
    await mta.apply(containment('suspend-outbound'));

    const text = `${path} is behind since 2026-11-23T12:00Z: Cannot open database because the directory does not exist. While the bot is down, Postfix does not know what was decided since then`;
    expect(item(mta, 'exported table')).toEqual({ name: 'exported table', ok: false, text });
    expect(homeOf(mta)).toContain(':warning: *Exported table*: ');
    expect(homeOf(mta)).toContain('the directory does not exist. While the bot is down');

    mkdirSync(folder);
    vi.advanceTimersByTime(5_000);
    expect(item(mta, 'exported table')).toEqual(well);
  });

  it('says that Postfix may go by it when it gets no sign of life', () => {
    const state = { path: '/x.sqlite', trouble: { of: 'signs' as const, why: 'database is locked', since: NOON } };
    const mta = makeMta();

    expect(item({ ...mta, exported: () => state }, 'exported table')?.text).toBe(
      '/x.sqlite has had no sign of life since 2026-11-23T12:00Z: database is locked. Postfix may go by it although the bot answers',
    );
  });

  it('is not told of where there is none', () => {
    expect(item(makeMta(), 'exported table')).toBeUndefined();
  });
});

describe('the health of the policy server', () => {
  it('says how much mail passed because its route is not configured', async () => {
    const mta = makeMta();
    const client = await connectPolicy(await mta.start([containment('reroute', { route: 'gone' })]));
    expect(item(mta, 'policy server')).not.toHaveProperty('lacks');

    const toHotmail = { sender: 'bo@kvist.example', recipient: 'k@hotmail.com' };
    client.write(requestText(toHotmail) + requestText(toHotmail));
    expect(await client.actions(2)).toEqual(['DUNNO', 'DUNNO']);

    const lacks = 'mail to 2 recipients went its usual way: its route is not configured';
    expect(item(mta, 'policy server')).toMatchObject({ ok: true, lacks });
    expect(homeOf(mta)).toContain(`:large_yellow_circle: *Policy server*: ${lacks}`);
  });

  it('says that blocks are not in force when it does not listen', () => {
    const text = 'does not listen: blocks are not in force';
    expect(item(makeMta(), 'policy server')).toMatchObject({ ok: false, text });
  });
});
