// The way off a list through the real app: locked for a technician, overridden by a lead, saved, sent once, answered.
import { describe, expect, it } from 'vitest';
import { auditOf, auditRows } from '../../../src/audit/verify.js';
import type { Removal } from '../../../src/delisting/removal.js';
import { findDraft, requestsOf } from '../../../src/delisting/store.js';
import { withdrawRequest } from '../../../src/delisting/withdraw.js';
import { contain } from '../../../src/incidents/contain.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { queueCard } from '../../../src/incidents/record.js';
import { findIncident } from '../../../src/incidents/store.js';
import type { View } from '../../../src/practice/slack/index.js';
import { queueDigestNow } from '../../../src/slack/digest.js';
import { auditLine } from '../../../src/slack/messages/timeline.js';
import { viewFaults } from '../../helpers/block-kit.js';
import { HOUR_MS, IP, link, list } from '../../helpers/delisting.js';
import { ANN, stolenMailbox, T0 } from '../../helpers/incidents.js';
import {
  cardOf,
  DELIVERABILITY,
  type DeskOptions,
  FOREIGNER,
  LEAD,
  OUTSIDER,
  openDesk,
  openListing,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';

const LIST = 'microsoft-consumer';
const PAIR = { target: IP, list: LIST };

/** A Microsoft block and its cause, contained; `quietHours` after the last spam. */
async function listed(quietHours: number, { isLinked = true, ...options }: DeskOptions & { isLinked?: boolean } = {}) {
  let now = T0;
  const desk = await openDesk({
    ...options,
    delisting: options.delisting ?? {},
    context: { now: () => (now += 1000), ...options.context },
  });
  const card = await openListing(desk);
  const { incident } = openFromFinding(desk.ctx, stolenMailbox());
  contain(desk.ctx, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
  if (isLinked) link(desk.ctx.db, 1, incident.id);
  refresh(desk);
  await desk.settled();
  now += quietHours * HOUR_MS;
  return { desk, channel: card.channel ?? DELIVERABILITY, ts: card.ts, later: (ms: number) => (now += ms) };
}

/** Draws the listing's card anew. */
function refresh({ ctx }: TestDesk): void {
  const incident = findIncident(ctx.db, 1);
  if (incident) queueCard(ctx.db, ctx, incident);
}

type Listed = Awaited<ReturnType<typeof listed>>;

async function press({ desk, channel, ts }: Listed, user: string, actionId: string, arg = `${LIST}|${IP}`) {
  const rev = findIncident(desk.ctx.db, 1)?.rev ?? 1;
  await desk.press({ user, channel, ts, actionId, value: `1:${rev}:${arg}` });
}

async function opened(w: Listed, user: string, actionId: string, arg?: string): Promise<View> {
  await press(w, user, actionId, arg);
  const modal = await w.desk.slack.until(() => w.desk.slack.modal(user));
  expect(viewFaults(modal.content)).toEqual([]);
  return modal;
}

const shown = ({ content }: View) => JSON.stringify(content);
const options = ({ content }: View) =>
  (content.blocks as { element?: { options?: { value: string; description?: { text: string } }[] } }[]).flatMap(
    ({ element }) => element?.options ?? [],
  );
const blockIds = ({ content }: View) => (content.blocks as { block_id?: string }[]).map(({ block_id }) => block_id);
const verbs = (desk: TestDesk, outcome: string) =>
  [...auditRows(desk.ctx.db)].filter((row) => row.outcome === outcome).map(({ verb, actor }) => `${verb} ${actor}`);

describe('Request delisting', () => {
  it('gives the pack when the gate is open, and records what was sent', async () => {
    const w = await listed(5);
    const modal = await opened(w, TECH, 'request-delisting');
    expect(shown(modal)).toContain('Every point of the checklist is met');
    expect(shown(modal)).toContain('support.microsoft.com');
    expect(shown(modal)).toContain('Affected IP address: 203.0.113.17');
    expect(shown(modal)).not.toContain('Acme');
    expect(blockIds(modal)).not.toContain('override');

    const values = { text: 'As mended.\n\n- one\n- two', how: 'sent', reference: 'SRX77' };
    expect(await w.desk.slack.submitView({ user: TECH, viewId: modal.id, values })).toEqual({ result: 'closed' });
    await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1).length === 1);
    await w.desk.settled();

    expect(requestsOf(w.desk.ctx.db, 1)).toMatchObject([
      { ...PAIR, claim: 'As mended.\n\n- one\n- two', reference: 'SRX77', requestedByName: 'Ann', state: 'waiting' },
    ]);
    const thread = (await w.desk.slack.thread(w.channel, w.ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('Ann asked for the removal of 203.0.113.17');
  });

  it('is locked for a technician: the checklist, no input, no way to send', async () => {
    const w = await listed(1);
    const modal = await opened(w, TECH, 'request-delisting');

    expect(shown(modal)).toContain('last spam of Acme Mills <!date^');
    expect(shown(modal)).toContain(':lock:');
    expect(modal.content.submit).toBeUndefined();
    expect((modal.content.blocks as { type: string }[]).filter(({ type }) => type === 'input')).toEqual([]);
  });

  it('is overridden by a lead, with a reason that stays on record', async () => {
    const w = await listed(1);
    const modal = await opened(w, LEAD, 'request-delisting');
    expect(blockIds(modal)).toContain('override');
    expect(shown(modal)).toContain('"It is locked: why ask all the same?"');
    expect(shown(modal)).toContain('Must be said if you have sent it; ');
    const send = (override: string) =>
      w.desk.slack.submitView({
        user: LEAD,
        viewId: modal.id,
        values: { text: 'please', how: 'sent', ...(override ? { override } : {}) },
      });

    expect(await send('')).toMatchObject({
      result: 'errors',
      errors: { override: expect.stringContaining('on record') },
    });
    expect(await send('the hospital cannot wait')).toEqual({ result: 'closed' });
    await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1).length === 1);
    await w.desk.settled();

    expect(requestsOf(w.desk.ctx.db, 1)).toMatchObject([{ overrideReason: 'the hospital cannot wait' }]);
    const thread = (await w.desk.slack.thread(w.channel, w.ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain(
      'although the checklist was not met (last spam of Acme Mills at 2026-03-03 02:15 UTC, not yet 4 h ago, met 2026-03-03 06:15 UTC if no more spam comes)',
    );
    expect(thread).toContain('the hospital cannot wait');
  });

  it('takes no override from whoever is a lead no more when the form comes in', async () => {
    const config = testConfig();
    const w = await listed(1, { config });
    const modal = await opened(w, LEAD, 'request-delisting');
    const lena = config.people.find(({ slack }) => slack === LEAD);
    if (lena) lena.role = 'technician';

    await w.desk.slack.submitView({
      user: LEAD,
      viewId: modal.id,
      values: { text: 'please', how: 'sent', override: 'because' },
    });
    await w.desk.slack.until(() => told(w.desk, LEAD) !== '');

    expect(told(w.desk, LEAD)).toContain('that takes a lead, you are a technician');
    expect(verbs(w.desk, 'refused')).toContain(`override-delisting ${LEAD}`);
    expect(requestsOf(w.desk.ctx.db, 1)).toEqual([]);
  });

  it('trusts no open form: spam that went on meanwhile shuts the gate, and the text is kept', async () => {
    let lastSpam: { at: number } | undefined;
    const w = await listed(5, { delisting: { lastSpam: () => lastSpam } });
    const modal = await opened(w, TECH, 'request-delisting');
    lastSpam = { at: T0 + 5 * HOUR_MS };

    await w.desk.slack.submitView({ user: TECH, viewId: modal.id, values: { text: 'my words', how: 'sent' } });
    await w.desk.slack.until(() => told(w.desk, TECH) !== '');

    expect(told(w.desk, TECH)).toContain('The checklist is not met: last spam of Acme Mills at 2026-03-03 ');
    expect(requestsOf(w.desk.ctx.db, 1)).toEqual([]);
    expect(findDraft(w.desk.ctx.db, 1, PAIR)?.text).toBe('my words');
  });

  it('makes one request of two people who send at once', async () => {
    const w = await listed(5);
    const forms = [await opened(w, TECH, 'request-delisting'), await opened(w, LEAD, 'request-delisting')];
    const values = { text: 'please', how: 'sent' };

    await Promise.all(
      [TECH, LEAD].map((user, i) => w.desk.slack.submitView({ user, viewId: forms[i]?.id ?? '', values })),
    );
    await w.desk.slack.until(() => told(w.desk, TECH) + told(w.desk, LEAD) !== '');

    expect(requestsOf(w.desk.ctx.db, 1)).toHaveLength(1);
    expect(told(w.desk, TECH) + told(w.desk, LEAD)).toMatch(
      /(Ann|Lena) asked Microsoft .* at 2026-\S+ \S+ UTC, and the answer is still out/,
    );
    expect(verbs(w.desk, 'done').filter((verb) => verb.startsWith('request-delisting'))).toHaveLength(1);
  });

  it('saves a text for the next person, and asks nobody', async () => {
    const w = await listed(5);
    const modal = await opened(w, TECH, 'request-delisting');
    await w.desk.slack.submitView({
      user: TECH,
      viewId: modal.id,
      values: { text: 'half a <!channel> text', how: 'draft' },
    });
    await w.desk.slack.until(() => told(w.desk, TECH).includes('saved'));

    const next = await opened(w, LEAD, 'request-delisting');

    expect(shown(next)).toContain('half a <!channel> text');
    expect(shown(next)).toContain('as Ann saved it');
    expect(requestsOf(w.desk.ctx.db, 1)).toEqual([]);
  });

  it('says on the card and in the history who keeps a text, until it is asked', async () => {
    const w = await listed(5);
    const kept = async (text: string, how: string) => {
      const modal = await opened(w, TECH, 'request-delisting');
      await w.desk.slack.submitView({ user: TECH, viewId: modal.id, values: { text, how } });
    };
    const card = async () => JSON.stringify((await cardOf(w.desk, DELIVERABILITY, 1)).blocks);
    await kept('half a text', 'draft');
    await w.desk.slack.until(() => told(w.desk, TECH).includes('saved'));
    await w.desk.settled();

    expect(await card()).toMatch(/:floppy_disk: \S+ on Microsoft[^"]*: text kept by Ann .*, \*not sent\*/);
    const [row] = auditOf(w.desk.ctx.db, 'incident:1');
    expect(row && auditLine(row, String)).toMatch(
      /^:floppy_disk: Ann’s text for the removal of `\S+` at Microsoft.* is kept for whoever asks: \*not sent\*$/,
    );
    expect(findIncident(w.desk.ctx.db, 1)?.rev).toBe(1);

    await kept('the whole text', 'sent');
    await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1).length > 0);
    await w.desk.settled();
    expect(await card()).not.toContain(':floppy_disk:');
  });

  it('refuses an outsider and a person of another company', async () => {
    const w = await listed(5);

    for (const user of [OUTSIDER, FOREIGNER]) {
      await press(w, user, 'request-delisting');
      await w.desk.slack.until(() => told(w.desk, user) !== '');
      expect(w.desk.slack.modal(user)).toBeUndefined();
    }
    expect(verbs(w.desk, 'refused')).toEqual([`request-delisting ${OUTSIDER}`, `request-delisting ${FOREIGNER}`]);
  });

  it('asks which listing it is about when the button does not say', async () => {
    const w = await listed(5);
    list(w.desk.ctx.db, { now: w.desk.ctx.now, target: IP, list: 'spamhaus-zen' });
    await w.desk.settled();
    const before = findIncident(w.desk.ctx.db, 1)?.subject;
    expect(before?.kind === 'listing' && before.entries).toHaveLength(2);
    const chooser = await opened(w, TECH, 'request-delisting');

    await w.desk.slack.submitView({ user: TECH, viewId: chooser.id, values: { entry: `spamhaus-zen|${IP}` } });
    const pack = await w.desk.slack.until(() => {
      const modal = w.desk.slack.modal(TECH);
      return modal?.content.callback_id === 'request-delisting' ? modal : undefined;
    });

    expect(viewFaults(pack.content)).toEqual([]);
    expect(shown(pack)).toContain('check.spamhaus.org');
  });

  it('locks no other listing by the request for one, and offers the others first', async () => {
    const w = await listed(5);
    list(w.desk.ctx.db, { now: w.desk.ctx.now, target: IP, list: 'spamhaus-zen' });
    await w.desk.settled();
    const chooser = await opened(w, TECH, 'request-delisting');
    await w.desk.slack.submitView({ user: TECH, viewId: chooser.id, values: { entry: `${LIST}|${IP}` } });
    const pack = await w.desk.slack.until(() => {
      const modal = w.desk.slack.modal(TECH);
      return modal?.content.callback_id === 'request-delisting' ? modal : undefined;
    });
    await w.desk.slack.submitView({ user: TECH, viewId: pack.id, values: { text: 'please', how: 'sent' } });
    await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1).length > 0 || undefined);
    await w.desk.settled();

    const card = JSON.stringify((await cardOf(w.desk, w.channel, 1)).blocks);
    expect(card).toContain('"text":"Request delisting"');
    expect(card).not.toContain('Request delisting (locked)');
    expect(card).toContain('To ask for removal: 6 of 6 points met');
    const again = await opened(w, TECH, 'request-delisting', `spamhaus-zen|${IP}`);
    const [first, second] = options(again);
    expect(first?.value).toBe(`spamhaus-zen|${IP}`);
    expect(second?.description?.text).toMatch(/^asked 2026-03-0\d \d\d:\d\d UTC, the answer is out$/);
    await w.desk.slack.submitView({ user: TECH, viewId: again.id, values: { entry: `${LIST}|${IP}` } });
    const locked = await w.desk.slack.until(() => {
      const modal = w.desk.slack.modal(TECH);
      return modal && shown(modal).includes('Locked') ? modal : undefined;
    });
    expect(shown(locked).match(/asked Microsoft/g)).toHaveLength(1);
  });

  it('says that nothing needs asking of a list that expires by itself', async () => {
    const removal: Removal = {
      ...{
        list: LIST,
        name: 'SpamCop',
        method: 'automatic-expiry',
        policy: '',
        expectedHours: [12, 48],
        retryHours: 48,
      },
      ...{ asks: [], sells: 'nothing <!here>', scope: 'address', inDns: true },
    };
    const w = await listed(1, { delisting: { removalOf: () => removal } });
    const modal = await opened(w, TECH, 'request-delisting');

    expect(shown(modal)).toContain('Nothing needs asking');
    expect(shown(modal)).toContain('Do not buy');
    expect(modal.content.submit).toBeUndefined();
  });

  it('takes garbage for what it is about as what it is', async () => {
    const w = await listed(5);
    for (const arg of ['|', 'nowhere|192.0.2.1', `${'x'.repeat(400)}`, '<!channel>|`'])
      await press(w, TECH, 'request-delisting', arg);
    await w.desk.slack.until(() => w.desk.slack.modal(TECH) || told(w.desk, TECH) !== '');

    expect(told(w.desk, TECH)).not.toContain('Reference');
    expect(requestsOf(w.desk.ctx.db, 1)).toEqual([]);
  });
});

async function asked(w: Listed): Promise<number> {
  const modal = await opened(w, TECH, 'request-delisting');
  await w.desk.slack.submitView({ user: TECH, viewId: modal.id, values: { text: 'please', how: 'sent' } });
  const [request] = await w.desk.slack.until(() =>
    requestsOf(w.desk.ctx.db, 1).length > 0 ? requestsOf(w.desk.ctx.db, 1) : undefined,
  );
  await w.desk.settled();
  return request?.id ?? 0;
}

describe('the digest', () => {
  it('tells what was asked and has not ended, the overdue first', async () => {
    const w = await listed(5);
    await asked(w);
    w.desk.ctx.db.$client.exec("update delisting_requests set state = 'overdue', full_at = 1772534520000");
    queueDigestNow(w.desk.ctx, { channel: w.channel, press: TECH, periodMs: 24 * HOUR_MS });
    await w.desk.settled();

    const digest = (await w.desk.slack.messages(w.channel)).find(({ text }) => text.startsWith('Digest:'));
    expect(JSON.stringify(digest?.blocks)).toMatch(/Removal asked for.*203\.0\.113\.17.*asked by Ann.*\*overdue\*/);
  });
});

describe('Record answer', () => {
  it('keeps the number and the words, and shows both', async () => {
    const w = await listed(5);
    const id = await asked(w);
    const modal = await opened(w, LEAD, 'record-answer', String(id));

    await w.desk.slack.submitView({
      user: LEAD,
      viewId: modal.id,
      values: { answer: 'accepted', reference: 'SRX1', text: 'mitigated <!here>' },
    });
    await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1)[0]?.reference === 'SRX1');
    await w.desk.settled();

    const thread = (await w.desk.slack.thread(w.channel, w.ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('accepted the request for 203.0.113.17');
    expect(thread).not.toContain('<!here>');
  });

  it('has the reply ready that asks for a person when a machine refused, and records that it was sent', async () => {
    const w = await listed(5);
    const id = await asked(w);
    const modal = await opened(w, TECH, 'record-answer', String(id));
    const text = 'Our investigation has determined that 203.0.113.17 does not qualify for mitigation';

    await w.desk.slack.submitView({
      user: TECH,
      viewId: modal.id,
      values: { answer: 'refused', reference: 'SRX1', text },
    });
    const reply = await w.desk.slack.until(() => {
      const top = w.desk.slack.modal(TECH);
      return top?.content.callback_id === 'reply-kit' ? top : undefined;
    });
    expect(viewFaults(reply.content)).toEqual([]);
    expect(shown(reply)).toContain('Thank you for the answer to ticket SRX1');
    await w.desk.settled();
    const [card, ...thread] = await w.desk.slack.thread(w.channel, w.ts);
    expect(JSON.stringify(card)).toContain('"Ask for a person"');
    expect(JSON.stringify(thread)).toContain('is ready under *Ask for a person*');
    await w.desk.slack.submitView({ user: TECH, viewId: reply.id, values: { text: 'a person, please' } });
    await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1).length === 2);

    expect(requestsOf(w.desk.ctx.db, 1)).toMatchObject([
      { state: 'refused', answer: text },
      { state: 'waiting', attempt: 2, reference: 'SRX1', claim: 'a person, please', earlierRequest: id },
    ]);
  });

  it('promises no reply that a person reads to the refusal of a list of which nobody knows that', async () => {
    const w = await listed(5);
    const id = await asked(w);
    w.desk.ctx.db.$client.exec("update delisting_requests set list = 'spamhaus-zen'");
    const modal = await opened(w, TECH, 'record-answer', String(id));
    expect(shown(modal)).not.toContain('ready to send');
    const text = 'Your request does not qualify for mitigation.';

    await w.desk.slack.submitView({ user: TECH, viewId: modal.id, values: { answer: 'refused', text } });
    await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1)[0]?.state === 'refused');
    await w.desk.settled();

    expect(JSON.stringify(await w.desk.slack.thread(w.channel, w.ts))).not.toMatch(
      /Ask for a person|asks for a person/,
    );
    await press(w, TECH, 'record-answer', String(id));
    await w.desk.slack.until(() => told(w.desk, TECH).includes('No request waits'));
  });

  it('takes back a request that was put on record and never sent, keeps its text, and locks nothing', async () => {
    const w = await listed(5);
    const id = await asked(w);
    const [{ claim = '' } = {}] = requestsOf(w.desk.ctx.db, 1);
    const modal = await opened(w, TECH, 'record-answer', String(id));
    const values = { answer: 'not-sent', text: 'pressed on the wrong card' };
    await w.desk.slack.submitView({ user: TECH, viewId: modal.id, values });
    await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1).length === 0);
    await w.desk.settled();

    const [card, ...thread] = await w.desk.slack.thread(w.channel, w.ts);
    const said = thread.map(({ text }) => text).join('\n');
    expect(said).toMatch(
      /Ann took back that the removal of 203.0.113.17 at Microsoft.* was asked for: not sent.*\n.*wrong card/,
    );
    expect(JSON.stringify(card)).not.toContain('record-answer');
    expect(findDraft(w.desk.ctx.db, 1, PAIR)).toMatchObject({ text: claim, savedBy: 'Ann' });
    const again = await opened(w, TECH, 'request-delisting');
    expect(shown(again)).toContain('Every point of the checklist is met');
  });

  it('lets an overdue request run again when the one that took its place was never sent', async () => {
    const w = await listed(5);
    const first = await asked(w);
    w.desk.ctx.db.$client.exec("update delisting_requests set state = 'overdue', requested_at = 1");
    await asked(w);
    const second = await w.desk.slack.until(() => requestsOf(w.desk.ctx.db, 1)[1]);
    const said = { incidentId: 1, actor: ANN, requestId: second.id };
    expect(withdrawRequest(w.desk.ctx.delisting, said)).toMatchObject({ kind: 'done' });

    expect(requestsOf(w.desk.ctx.db, 1)).toMatchObject([{ id: first, state: 'overdue', closedAt: null }]);
    expect(withdrawRequest(w.desk.ctx.delisting, said)).toMatchObject({ why: 'There is no such request.' });
  });

  it('takes an old button for its own request, and for no other that waits', async () => {
    const w = await listed(5);
    const id = await asked(w);
    await press(w, TECH, 'record-answer', String(id + 1));
    await w.desk.slack.until(() => told(w.desk, TECH) !== '');

    expect(told(w.desk, TECH)).toContain('No request waits');
    expect(w.desk.slack.modal(TECH)).toBeUndefined();
  });

  it('says that nothing waits when nothing does', async () => {
    const w = await listed(5);
    await asked(w);
    await w.desk.settled();
    w.desk.ctx.db.$client.exec("update delisting_requests set state = 'cleared', closed_at = 1");
    await press(w, TECH, 'record-answer', '');
    await w.desk.slack.until(() => told(w.desk, TECH) !== '');

    expect(told(w.desk, TECH)).toContain('No request waits');
  });
});

describe('No culprit of ours', () => {
  const said = async (w: Listed) => {
    const modal = await opened(w, TECH, 'no-culprit', '');
    await w.desk.slack.submitView({ user: TECH, viewId: modal.id, values: { reason: 'it was the neighbour' } });
  };

  it('is put on record with its reason, and meets the first point', async () => {
    const w = await listed(5, { isLinked: false });
    await said(w);
    await w.desk.slack.until(() => verbs(w.desk, 'done').includes(`no-culprit ${TECH}`));
    await w.desk.settled();

    const thread = (await w.desk.slack.thread(w.channel, w.ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('Ann says that no culprit of ours is behind it');
    expect(thread).toContain('it was the neighbour');
    expect(shown(await opened(w, TECH, 'request-delisting'))).toContain('Every point of the checklist is met');
  });

  it('stands on the card with who says so, and can be taken back there by one press', async () => {
    const w = await listed(5, { isLinked: false });
    await said(w);
    await w.desk.slack.until(() => verbs(w.desk, 'done').includes(`no-culprit ${TECH}`));
    await w.desk.settled();
    const card = async () => JSON.stringify((await cardOf(w.desk, w.channel, 1)).blocks);
    expect(await card()).toContain('no culprit of ours, says Ann: it was the neighbour');

    await press(w, LEAD, 'unsay-no-culprit', '');
    await w.desk.slack.until(() => verbs(w.desk, 'done').includes(`unsay-no-culprit ${LEAD}`));
    await w.desk.settled();

    expect(await card()).not.toMatch(/says Ann|unsay-no-culprit/);
    expect(await card()).toContain('no cause is named');
    const thread = (await w.desk.slack.thread(w.channel, w.ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('Lena took back that no culprit of ours is behind it');
    expect(shown(await opened(w, LEAD, 'request-delisting'))).toContain(':lock:');

    await said(w);
    await w.desk.slack.until(() => verbs(w.desk, 'done').filter((each) => each === `no-culprit ${TECH}`).length === 2);
    await w.desk.settled();
    expect(await card()).toContain('no culprit of ours, says Ann');
  });

  it('is refused once a cause is linked', async () => {
    const w = await listed(5, { isLinked: false });
    const modal = await opened(w, TECH, 'no-culprit', '');
    link(w.desk.ctx.db, 1, 2);
    await w.desk.slack.submitView({ user: TECH, viewId: modal.id, values: { reason: 'it was the neighbour' } });
    await w.desk.slack.until(() => told(w.desk, TECH) !== '');

    expect(told(w.desk, TECH)).toContain('A compromise is linked to this listing');
  });
});
