// What comes to a listing whose card stands in the channel already, from the sign to the card in Slack: nothing new may wait for the bundle of
// counter changes.
import { describe, expect, it } from 'vitest';
import { defaultBlocklistChoice } from '../../../src/config.js';
import type { BlockFinding } from '../../../src/detection/finding.js';
import { takeListed } from '../../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { findIncident, openListings } from '../../../src/incidents/store.js';
import { describeLists } from '../../../src/wiring/describe-list.js';
import { microsoftBlock, T0 } from '../../helpers/incidents.js';
import { cardOf, DELIVERABILITY, openDesk, type TestDesk } from '../../helpers/slack-desk.js';

const MINUTE = 60_000;
const IP = '203.0.113.17';
const XBL = { code: '127.0.0.4', meaning: 'XBL: hijacked machine or open proxy' };
const SBL = { code: '127.0.0.2', meaning: 'SBL: spam source or spam support, listed by hand' };

const zen = (minute: number, parts: (typeof XBL)[], target = IP) => ({
  target,
  list: 'spamhaus-zen',
  codes: parts.map(({ code }) => code),
  meanings: parts.map(({ meaning }) => meaning),
  text: '',
  at: T0 + minute * MINUTE,
});
const refusal = (minute: number, change: Partial<BlockFinding> = {}) =>
  microsoftBlock({ at: T0 + minute * MINUTE, ...change });

/** A desk with an incident about an address on XBL, its card posted. */
async function setUp() {
  const desk = await openDesk({
    context: { describeList: describeLists(defaultBlocklistChoice()), poolOf: () => 'main' },
  });
  const [taken] = takeListed(desk.ctx, [zen(0, [XBL])]);
  await desk.settled();
  const id = taken?.incident?.id ?? 0;
  return { desk, id, shown: () => shown(desk, id) };
}

/** What stands in Slack without waiting for anything but what is due at once. */
async function shown(desk: TestDesk, id: number) {
  await desk.settled();
  const card = await cardOf(desk, DELIVERABILITY, id);
  const { messageTs } = findIncident(desk.ctx.db, id) ?? {};
  const thread = await desk.slack.thread(DELIVERABILITY, messageTs ?? '');
  return { card: JSON.stringify(card.blocks), thread: thread.map(({ text }) => text) };
}

describe('a listing whose card stands', () => {
  it('counts the same list that names the same address again as an occurrence, and no more', async () => {
    const { desk, id, shown } = await setUp();
    const before = (await shown()).thread.length;

    expect(takeListed(desk.ctx, [zen(5, [XBL])])).toMatchObject([{ kind: 'repeated', incident: { id } }]);
    expect(openFromFinding(desk.ctx, refusal(6, { provider: 'zen.spamhaus.org' }))).toMatchObject({ kind: 'repeated' });

    expect(findIncident(desk.ctx.db, id)).toMatchObject({ occurrences: 3, rev: 1 });
    expect((await shown()).thread).toHaveLength(before);
  });

  it('shows another address of the pool at once', async () => {
    const { desk, shown } = await setUp();
    takeListed(desk.ctx, [zen(5, [XBL], '203.0.113.18')]);

    const { card, thread } = await shown();
    expect(card).toContain('203.0.113.18');
    expect(thread.at(-1)).toContain('Also listed: 203.0.113.18 on Spamhaus ZEN');
  });

  it('shows a second list of the operator at once, when the DNS says so and when a refusal names it', async () => {
    const { desk, id, shown } = await setUp();
    expect(takeListed(desk.ctx, [zen(5, [XBL, SBL])])).toMatchObject([{ kind: 'joined', incident: { id } }]);

    const { card, thread } = await shown();
    expect(card).toContain('XBL: hijacked machine or open proxy; SBL: spam source');
    expect(thread.at(-1)).toContain('Also listed: 203.0.113.17 on Spamhaus ZEN, SBL: spam source');
    expect(takeListed(desk.ctx, [zen(6, [XBL, SBL])])).toMatchObject([{ kind: 'repeated' }]);

    openFromFinding(desk.ctx, refusal(7, { provider: 'sbl.spamhaus.org', code: '' }));
    expect((await shown()).card).toContain('sbl.spamhaus.org');
  });

  it('tells of a part that comes and goes once', async () => {
    const { desk } = await setUp();
    const kinds = [5, 6, 7, 8, 9].map((minute) => {
      const [taken] = takeListed(desk.ctx, [zen(minute, minute % 2 === 1 ? [XBL, SBL] : [XBL])]);
      return taken?.kind;
    });
    expect(kinds).toEqual(['joined', 'repeated', 'repeated', 'repeated', 'repeated']);
  });

  it('keeps what the DNS answered when refusals name the list, so that the watch hears nothing new', async () => {
    const { desk, id } = await setUp();
    openFromFinding(desk.ctx, refusal(5, { provider: 'zen.spamhaus.org', code: '5.7.1' }));
    openFromFinding(desk.ctx, refusal(7, { provider: 'zen.spamhaus.org', code: '' }));

    expect(openListings(desk.ctx.db)).toMatchObject([{ list: 'spamhaus-zen', codes: [XBL.code] }]);
    const entries = [{ codes: [XBL.code], meanings: [XBL.meaning], refusals: 3 }];
    expect(findIncident(desk.ctx.db, id)?.subject).toMatchObject({ entries });
  });
});
