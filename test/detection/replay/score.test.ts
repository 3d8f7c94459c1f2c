import { describe, expect, it } from 'vitest';
import type { CompromiseFinding } from '../../../src/detection/finding.js';
import { f1, type Score, scoreOf } from '../../../src/detection/replay/score.js';
import type { ToldIncident } from '../../../src/detection/replay/told-incidents.js';
import { ReachTally, type TrueRun, type Truth, verdictOf } from '../../../src/detection/replay/truth.js';
import type { MailEvent } from '../../../src/mail/event.js';
import { microsoftBlock, stolenMailbox, T0 } from '../../helpers/incidents.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const spam: TrueRun = {
  name: 'stolen mailbox',
  verdict: 'spam',
  kind: 'single',
  customer: 'acme',
  senders: ['kim@acme.example'],
  logins: ['kim@acme.example'],
  clientIps: ['192.0.2.9'],
  since: T0,
  until: T0 + 30 * MINUTE,
};
const newsletter: TrueRun = {
  ...spam,
  name: 'newsletter',
  verdict: 'honest',
  customer: 'bolt',
  senders: [],
  logins: [],
  clientIps: [],
};

function truth(...runs: TrueRun[]): Truth {
  return { source: 'labels.json', isComplete: true, runs, blocks: [] };
}
function told(change: Partial<CompromiseFinding> = {}): ToldIncident {
  const first = stolenMailbox({ since: T0, at: T0 + 5 * MINUTE, ...change });
  return { first, last: first };
}
function score(incidents: ToldIncident[], known: Truth, tally = new ReachTally(known.runs)): Score {
  return scoreOf(incidents, { truth: known, tally, customers: 50, lengthMs: 2 * DAY });
}
it('knows mail without a sender by either way to write it', () => {
  const backscatter = { ...spam, senders: [''], logins: [], clientIps: [] };
  const found = told({ senders: ['<>'], logins: [], clientIps: [] });

  expect(verdictOf(found, truth(backscatter))).toBe('spam');
  expect(score([found], truth(backscatter))).toMatchObject({ found: 1, right: 1 });
});

function delivery(
  at: number,
  change: { clientIp?: string; sender?: string; isFirstAttempt?: boolean } = {},
): MailEvent {
  const { clientIp = '192.0.2.9', sender = 'kim@acme.example', isFirstAttempt = true } = change;
  const message = {
    ...{
      relay: 'relay1',
      queueId: 'A1',
      acceptedAt: at,
      origin: 'client' as const,
      clientIp,
      login: 'kim@acme.example',
    },
    ...{ sender, recipientCount: 1, sizeBytes: 1000 },
  };
  return {
    kind: 'delivery',
    at,
    message,
    recipient: 'x@y.example',
    isFirstAttempt,
    status: 'sent',
    dsn: '2.0.0',
    reply: '',
  };
}

describe('scoreOf', () => {
  it('counts found, missed and false, and how early', () => {
    const tally = new ReachTally([spam]);
    for (let i = 0; i < 10; i++) tally.take(delivery(T0 + i * MINUTE));
    const other = told({ customer: 'bolt', senders: ['news@bolt.example'], logins: [], clientIps: [] });

    expect(
      score([told(), other], truth(spam, { ...spam, customer: 'third', senders: ['x@third.example'] }), tally),
    ).toMatchObject({
      spam: 2,
      found: 1,
      right: 1,
      missed: 1,
      false: 1,
      falsePerThousand: 10,
      unjudged: 0,
      delayMs: 5 * MINUTE,
      reached: 6,
      recipients: 10,
    });
  });

  it('has everybody reached by spam that is never told', () => {
    const tally = new ReachTally([spam]);
    for (let i = 0; i < 10; i++) tally.take(delivery(T0 + i * MINUTE));

    expect(score([], truth(spam), tally)).toMatchObject({ found: 0, reached: 10, recipients: 10, delayMs: undefined });
  });

  it('takes the median of two delays in the middle', () => {
    const second = { ...spam, senders: ['lee@acme.example'], logins: [], clientIps: [] };
    const late = told({
      key: 'other',
      senders: ['lee@acme.example'],
      logins: [],
      clientIps: ['192.0.2.77'],
      at: T0 + 15 * MINUTE,
    });

    expect(score([told(), late], truth(spam, second)).delayMs).toBe(10 * MINUTE);
  });

  it('does not call false what the desk never judged', () => {
    const known = { ...truth({ ...newsletter }), isComplete: false };
    const judged = told({ key: 'b', customer: 'bolt' });

    expect(score([told(), judged], known)).toMatchObject({ false: 1, unjudged: 1, spam: 0 });
  });
});

describe('verdictOf', () => {
  it.each([
    ['another customer', { customer: 'bolt' }],
    ['before it began', { at: T0 - 10 * MINUTE, since: T0 - 20 * MINUTE }],
    ['hours after it', { at: T0 + 5 * 3_600_000, since: T0 + 4 * 3_600_000 }],
    ['another mailbox', { senders: ['lee@acme.example'], logins: ['lee@acme.example'], clientIps: ['192.0.2.8'] }],
  ])('does not take an alarm for the spam: %s', (_, change) => {
    expect(verdictOf(told(change), truth(spam))).toBe('honest');
  });

  it('takes an alarm that shares the login for the spam, and a block near its label', () => {
    expect(verdictOf(told({ senders: ['made-up@acme.example'] }), truth(spam))).toBe('spam');
    const block = microsoftBlock();
    const known = { ...truth(), blocks: [{ ip: block.ip, since: T0 + 1000, until: T0 + 2000 }] };
    expect(verdictOf({ first: block, last: block }, known)).toBe('spam');
    expect(verdictOf({ first: { ...block, ip: '203.0.113.99' }, last: block }, known)).toBeUndefined();
  });
});

describe('ReachTally', () => {
  it('leaves out retries, what came before or after, and the owner at another address', () => {
    const tally = new ReachTally([spam]);
    for (const event of [
      delivery(T0 + MINUTE),
      delivery(T0 + MINUTE, { isFirstAttempt: false }),
      delivery(T0 - MINUTE),
      delivery(spam.until + MINUTE),
      delivery(T0 + MINUTE, { clientIp: '192.0.2.200' }),
      delivery(T0 + MINUTE, { sender: 'lee@acme.example' }),
    ])
      tally.take(event);

    expect(tally.reached(spam)).toBe(1);
    expect(tally.reached(spam, T0)).toBe(0);
  });
});

describe('f1', () => {
  it('is one for all and nothing else, and undefined for nothing', () => {
    expect(f1({ found: 3, missed: 0, false: 0 })).toBe(1);
    expect(f1({ found: 0, missed: 2, false: 2 })).toBe(0);
    expect(f1({ found: 2, missed: 1, false: 1 })).toBeCloseTo(2 / 3);
    expect(f1({ found: 0, missed: 0, false: 0 })).toBeUndefined();
  });
});
