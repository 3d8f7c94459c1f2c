// A relay's clock is two hours ahead while spam goes out, and is put right: what the log worker finds, and what a card says of it.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CompromiseFinding } from '../../../src/detection/finding.js';
import { startLive } from '../../../src/detection/live/live.js';
import { NotAhead } from '../../../src/detection/live/not-ahead.js';
import { volumes } from '../../../src/detection/traffic/traffic-report.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { runOf } from '../../../src/incidents/running.js';
import { findUnresolved } from '../../../src/incidents/store.js';
import type { MailEvent } from '../../../src/mail/event.js';
import { readDirectory } from '../../../src/partners/load.js';
import { eventually } from '../../helpers/eventually.js';
import { incidentDeps } from '../../helpers/incidents.js';
import { freshDb, tempDir } from '../../helpers/temp.js';
import { accepted, DAY, delivery, HOUR, message, T0 } from '../../tools/mail-events.js';

const MIN = 60_000;
const KIM = 'kim@acme.example';

/** One message of Kim's login to three strangers, two of whom nobody knows there. */
function spam(at: number, name: string): string {
  const line = (program: string, text: string) =>
    `${new Date(at).toISOString().replace('Z', '000+00:00')} relay1 postfix/${program}[7]: ${text}\n`;
  const to = (who: string, said: string) =>
    line('smtp', `${name}: to=<${who}@${name}.test>, relay=mx.test[198.51.100.9]:25, delay=1, delays=0/0/0/1, ${said}`);
  const unknown =
    'dsn=5.1.1, status=bounced (host mx.test[198.51.100.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command))';
  return [
    line('smtpd', `${name}: client=unknown[192.0.2.5], sasl_method=PLAIN, sasl_username=${KIM}`),
    line('cleanup', `${name}: message-id=<${name}@x.test>`),
    line('qmgr', `${name}: from=<${KIM}>, size=4000, nrcpt=3 (queue active)`),
    to('ann', unknown),
    to('ben', unknown),
    to('cay', 'dsn=2.0.0, status=sent (250 ok)'),
    line('qmgr', `${name}: removed`),
  ].join('');
}

function spamFrom(since: number, count: number, run: string): string {
  return Array.from({ length: count }, (_, i) => spam(since + i * MIN, `${run}${String(i).padStart(4, '0')}`)).join('');
}

/** The bot beside one relay; what it finds opens an incident. */
function setUp() {
  const log = join(tempDir(), 'mail.log');
  const trafficDb = join(tempDir(), 'traffic.db');
  writeFileSync(log, '');
  const found: CompromiseFinding[] = [];
  const deps = incidentDeps(freshDb(), Date.now);
  const live = startLive({
    files: [{ path: log, format: 'postfix' }],
    directory: readDirectory('test/fixtures/customers.json'),
    trafficDb,
    now: Date.now,
    onFinding: (finding) => {
      if (finding.kind === 'blocklist') return;
      found.push(finding);
      openFromFinding(deps, finding);
    },
    onError: () => {},
  });
  onTestFinished(() => live.stop());
  const read = async (lines: string) => {
    const before = live.stats().linesRead;
    appendFileSync(log, lines);
    await eventually(() => expect(live.stats().linesRead).toBe(before + lines.trimEnd().split('\n').length));
    await eventually(() => expect(found.length).toBeGreaterThan(0));
  };
  const runAt = (at: number) => {
    const incident = findUnresolved(deps.db, found[0]?.key ?? '');
    return incident && runOf(incident, [], at)?.state;
  };
  return { live, trafficDb, found, read, runAt };
}

describe('a relay whose clock was ahead', () => {
  it('makes no mail go on for hours after it has ended', async () => {
    const { read, found, runAt } = setUp();
    await read(spamFrom(Date.now() + 2 * HOUR, 30, 'AB'));

    const { at, since } = found.at(-1) as CompromiseFinding;
    expect(Math.max(at, since)).toBeLessThanOrEqual(Date.now());
    expect(runAt(Date.now())).toBe('on');
    expect(runAt(Date.now() + 16 * MIN)).toBe('silent');
  });

  it('is believed again once it is right, and what it counted lies in no hour to come', async () => {
    const { live, trafficDb, read, found, runAt } = setUp();
    await read(spamFrom(Date.now() + 2 * HOUR, 30, 'AB'));
    await read(spamFrom(Date.now() - 10 * MIN, 10, 'CD'));
    await live.stop();

    expect(found.every(({ at }) => at <= Date.now())).toBe(true);
    expect(runAt(Date.now() + 16 * MIN)).toBe('silent');
    const counted = (from: number, to: number) =>
      volumes(trafficDb, { from, to }).reduce((sum, { messages }) => sum + messages, 0);
    expect(counted(Date.now() - DAY, Date.now() + HOUR)).toBe(40);
    expect(counted(Date.now() + HOUR, Date.now() + DAY)).toBe(0);
  });

  it('of minutes is left as it is', () => {
    const seen: MailEvent[] = [];
    const inTime = new NotAhead({ at: T0, wallAt: Date.now(), speed: 1 }, (event) => seen.push(event));
    const head = message({ sender: KIM, acceptedAt: T0 + 4 * MIN });
    inTime.see(accepted(head));
    expect(seen).toMatchObject([{ at: T0 + 4 * MIN, message: { acceptedAt: T0 + 4 * MIN } }]);
  });

  it('told of messages whose deliveries come when it is right: they were taken in before those', () => {
    const seen: MailEvent[] = [];
    const inTime = new NotAhead({ at: T0, wallAt: Date.now(), speed: 1 }, (event) => seen.push(event));
    const head = message({ sender: KIM, acceptedAt: T0 + 2 * HOUR });
    inTime.see(delivery(head, 'ann@x.test', { at: T0 }));
    const [first] = seen;
    expect(first).toMatchObject({ kind: 'delivery', at: T0 });
    expect(head.acceptedAt - T0).toBeLessThan(MIN);
  });

  it('says nothing of a log whose times are its own', () => {
    const seen: MailEvent[] = [];
    new NotAhead(undefined, (event) => seen.push(event)).see(accepted(message({ sender: KIM, acceptedAt: T0 + DAY })));
    expect(seen).toMatchObject([{ at: T0 + DAY }]);
  });
});
