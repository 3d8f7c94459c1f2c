import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Db } from '../../src/db/open.js';
import { openListings } from '../../src/incidents/store.js';
import { fetchSnds } from '../../src/intake/snds/fetch.js';
import { createSnds } from '../../src/wiring/snds.js';
import { incidentDeps } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const KEY = 'secret-5f2c';
const OURS = ['203.0.113.21', '203.0.113.22'];
const NOON = Date.UTC(2026, 2, 3, 12);
const HOUR = 3_600_000;

async function listen(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/snds`;
}

const dataRow = (ip: string, colour: string) =>
  `${ip},3/2/2026 12:00 AM,3/2/2026 11:59 PM,900,850,800,${colour},0.3%,,,4,,,\r\n`;

/** A bot that asks a server of ours, with a clock that a test moves. `answers` are changed by the test. */
async function bot(db: Db = freshDb()) {
  const answers = { data: '', ipStatus: '', status: 200 };
  const asked: string[] = [];
  const url = await listen((request, response) => {
    asked.push(request.url ?? '');
    response.statusCode = answers.status;
    response.end(request.url?.includes('/ipStatus/') ? answers.ipStatus : answers.data);
  });
  const clock = { now: NOON };
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const deps = {
    ...incidentDeps(db, () => clock.now),
    outbox: { wake() {}, settled: async () => {}, stop: async () => {} },
  };
  const snds = createSnds(
    { url, key: KEY, everyMinutes: 60 },
    { db, now: () => clock.now, log, addresses: () => OURS, incidents: () => deps },
  );
  const later = async (ms: number) => {
    clock.now += ms;
    await snds.tick();
  };
  return { snds, answers, asked, later, db, logged };
}

describe('SNDS', () => {
  it('is asked once an hour for both reports, with the key', async () => {
    const { snds, asked, later } = await bot();
    await snds.tick();
    await later(59 * 60_000);
    await later(60_000);

    expect(asked).toEqual([
      `/snds/data/?key=${KEY}`,
      `/snds/ipStatus/?key=${KEY}`,
      `/snds/data/?key=${KEY}`,
      `/snds/ipStatus/?key=${KEY}`,
    ]);
  });

  it('tells colours that are not green of our addresses, and of no others', async () => {
    const { snds, answers } = await bot();
    answers.data = dataRow('203.0.113.21', 'RED') + dataRow('203.0.113.22', 'GREEN') + dataRow('192.0.2.99', 'RED');
    await snds.tick();

    expect(snds.linesOf([...OURS, '192.0.2.99'])).toEqual([
      'Microsoft SNDS: 203.0.113.21 was RED on 2026-03-02 (800 recipients, complaints 0.3%, 4 trap hits)',
    ]);
    expect(snds.health()).toMatchObject({ ok: true, text: expect.stringContaining('1 red, 0 yellow, 1 green') });
  });

  it('opens an incident for an address that it calls blocked, and clears it when it says twice that it is not', async () => {
    const { snds, answers, later, db } = await bot();
    answers.ipStatus = '203.0.113.16,203.0.113.21,Yes,Blocked due to user complaints\r\n';
    await snds.tick();
    const opened = openListings(db).map(({ target, list, text }) => [target, list, text]);
    answers.ipStatus = '';
    await later(HOUR);
    const once = openListings(db).length;
    await later(HOUR);

    expect(opened).toEqual([['203.0.113.21', 'microsoft-snds', 'Blocked due to user complaints']]);
    expect([once, openListings(db).length]).toEqual([1, 0]);
  });

  it('clears nothing by an answer that it cannot read', async () => {
    const { snds, answers, later, db } = await bot();
    answers.ipStatus = '203.0.113.21,203.0.113.21,Yes,x';
    await snds.tick();
    answers.ipStatus = '<html>sign in</html>';
    for (let i = 0; i < 3; i++) await later(HOUR);

    expect(openListings(db)).toHaveLength(1);
    expect(snds.health()).toMatchObject({ ok: false, text: expect.stringContaining('a web page') });
  });

  it('calls an expired link expired, and old colours stale', async () => {
    const { snds, answers, later } = await bot();
    answers.data = dataRow('203.0.113.21', 'RED');
    await snds.tick();
    answers.status = 404;
    await later(HOUR);
    const expired = snds.health();
    answers.status = 500;
    await later(HOUR);
    const failing = snds.health();
    await later(25 * HOUR);

    expect(expired).toMatchObject({
      name: 'snds',
      ok: false,
      text: expect.stringMatching(/link has expired: make a new one at https:/),
    });
    expect(failing.ok).toBe(true);
    expect(snds.health()).toMatchObject({ ok: false, text: expect.stringMatching(/^stale: .*2026-03-03T12:00Z/) });
    expect(snds.linesOf(OURS).join()).toMatch(/stale/);
    expect(snds.linesOf(OURS).join()).not.toMatch(/RED/);
  });

  it('remembers over a restart when it was heard', async () => {
    const first = await bot();
    await first.snds.tick();
    const second = await bot(first.db);
    await second.snds.tick();

    expect(second.asked).toEqual([]);
    expect(second.snds.health().ok).toBe(true);
  });

  it('writes the key nowhere', async () => {
    const { snds, answers, later, logged, db } = await bot();
    const said: string[] = [];
    for (const status of [200, 404, 500, 301]) {
      answers.status = status;
      answers.data = status === 200 ? '<html>' : '';
      await later(HOUR);
      said.push(snds.health().text);
    }
    const unreachable = await fetchSnds({ url: 'http://127.0.0.1:1/snds', key: KEY, timeoutMs: 2_000 });

    expect(JSON.stringify([said, logged, unreachable])).not.toContain(KEY);
    expect(db.$client.serialize().includes(KEY)).toBe(false);
  });
});

describe('fetchSnds', () => {
  it.each([
    ['never answers', () => {}, 'did not answer in time'],
    [
      'stops in the middle',
      ((_, response) => {
        response.write('192.0.2.1,');
      }) as RequestListener,
      'did not answer in time',
    ],
    [
      'sends without end',
      ((_, response) => {
        const chunk = Buffer.alloc(1024 * 1024, 'x');
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
      }) as RequestListener,
      'more than any report',
    ],
  ])('gives up on a server that %s', async (_, answer, why) => {
    const timeoutMs = why.includes('time') ? 200 : 60_000;

    expect(await fetchSnds({ url: await listen(answer), key: KEY, timeoutMs })).toEqual({
      kind: 'unreachable',
      text: expect.stringContaining(why),
    });
  });

  it('puts the report where the address says', async () => {
    const asked: string[] = [];
    const url = await listen((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });

    expect(await fetchSnds({ url: `${url}/{report}.aspx`, key: 'a&b', timeoutMs: 60_000 })).toEqual({
      kind: 'fetched',
      data: [],
      status: [],
    });
    expect(asked).toEqual(['/snds/data.aspx?key=a%26b', '/snds/ipStatus.aspx?key=a%26b']);
  });
});
