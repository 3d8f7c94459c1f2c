import { describe, expect, it } from 'vitest';
import type { ListedEntry } from '../../../src/incidents/incident.js';
import { impactLine } from '../../../src/slack/messages/listing/listing-card.js';
import { type StatusView, statusMessage, statusSentences } from '../../../src/slack/messages/status.js';

const T0 = Date.UTC(2026, 10, 21, 10, 39);
const HOUR = 3_600_000;

function entry(change: Partial<ListedEntry> = {}): ListedEntry {
  return {
    ...{ target: '203.0.113.17', list: 'spamhaus-zen', listName: 'Spamhaus ZEN', inDns: true },
    ...{ impact: 'critical', confidence: 'high', scope: 'address', codes: [], meanings: [], text: '' },
    ...{ customers: ['kvist'], refusals: 3, firstSeenAt: T0, lastSeenAt: T0 },
    ...change,
  };
}

const VIEW: StatusView = {
  addresses: 4,
  entries: [entry()],
  impact: { share: 0.04, messages: 1904, customers: 212, addresses: 4, cleanAddresses: 3, cleanRelays: 3 },
  cause: { stoppedAt: T0 + HOUR },
  request: { askedAt: T0 + 3 * HOUR, expectedBy: T0 + 27 * HOUR },
  wait: { hours: [4, 72], isExpiring: false },
  notStopped: [],
  now: T0 + 4 * HOUR,
  intake: [],
  blind: [],
};

describe('the answer to "why do our mails bounce?"', () => {
  it('is what is listed, how much it touches, and what happens next', () => {
    expect(statusSentences(VIEW)).toEqual([
      '203.0.113.17, one of our 4 outgoing addresses, is on a blocklist (Spamhaus ZEN), seen since 2026-11-21 10:39 UTC.',
      'About 4 % of our outgoing mail (212 customers) leaves over it, and only receivers that use that list refuse it; 3 of our 4 outgoing addresses are not affected.',
      'The mail that caused it was stopped at 2026-11-21 11:39 UTC, and removal was asked for at 2026-11-21 13:39 UTC: we expect it to be over by 2026-11-22 13:39 UTC.',
    ]);
  });

  it('calls a domain of a customer none of ours', () => {
    const entries = [entry(), entry({ target: 'kvist.example' }), entry({ target: 'berg.example' })];
    const [what] = statusSentences({ ...VIEW, entries });
    expect(what).toMatch(/^1 of our 4 outgoing addresses and 2 domains that send over us are on a blocklist /);
  });

  it('promises nothing that nobody has done', () => {
    const [, , next] = statusSentences({ ...VIEW, cause: 'open', request: undefined });
    expect(next).toBe(
      'We have found the mail that caused it; once it is stopped we ask for removal, which as a rule takes 4 to 72 hours.',
    );
  });

  it('warns the desk, outside of what is read out, while the mail behind it is not held back', () => {
    const texts = (change: Partial<StatusView>) =>
      JSON.stringify(statusMessage({ ...VIEW, request: undefined, ...change }).blocks);
    const link = 'https://northrelay.slack.com/archives/C1/p1';
    const notStopped = [{ id: 3, link }, ...[4, 5, 6, 7].map((id) => ({ id, link: undefined }))];
    expect(texts({ cause: 'open', notStopped })).toContain(
      `*Nothing holds back the mail of <${link}|incident 3>, incident 4, incident 5 and 2 more*, which caused it or can bring it back.`,
    );
    const part = { blocked: 200, of: 283 };
    const both = texts({
      cause: 'open',
      notStopped: [
        { id: 3, link },
        { id: 4, link: undefined, part },
      ],
    });
    expect(both).toContain(`*Nothing holds back the mail of <${link}|incident 3>*, which caused it`);
    expect(both).toContain(
      '*incident 4: 200 of 283 senders blocked; mail of the others passes*. It caused the listing',
    );
    expect(texts({ cause: 'open', notStopped: [{ id: 4, link, part }] })).not.toContain('Nothing holds back');
    const parts = [4, 5, 6, 7, 8].map((id) => ({ id, link: undefined, part }));
    expect(texts({ cause: 'open', notStopped: parts })).toContain(
      '\\n… and 2 more incidents blocked in part: `/relay incidents`',
    );
    expect(texts({ cause: 'open', notStopped: parts.slice(0, 4) })).toContain('… and 1 more incident blocked in part');
    expect(texts({ cause: 'open', notStopped: parts.slice(0, 3) })).not.toContain('more');
    expect(texts({})).not.toContain('holds back');
    expect(texts({ cause: 'unknown' })).not.toContain('holds back');
    expect(texts({ cause: 'open', entries: [], notStopped })).not.toContain('holds back');
  });

  it('says that nearly all mail is touched, and gives no figure that nobody needs', () => {
    const impact = { share: 1, messages: 1904, customers: 212, addresses: 4, cleanAddresses: 0, cleanRelays: 0 };
    expect(statusSentences({ ...VIEW, impact })[1]).toMatch(
      /^Nearly all of our outgoing mail \(212 customers\) leaves over it/,
    );
  });

  it('counts as the card of the same incident does, with the same noun', () => {
    const impact = { share: 0.998, messages: 90, customers: 9, addresses: 3, cleanAddresses: 1, cleanRelays: 0 };
    const entries = [entry(), entry({ target: '203.0.113.18' })];
    const [what, howMuch] = statusSentences({ ...VIEW, addresses: 3, entries, impact });

    expect(impactLine(impact)).toBe('affects nearly all our mail, 9 customers · 1 of 3 outgoing addresses clean');
    expect(what).toMatch(/^2 of our 3 outgoing addresses are on/);
    expect(howMuch).toMatch(
      /^Nearly all of our outgoing mail \(9 customers\).*; 1 of our 3 outgoing addresses is not aff/,
    );
  });

  it('says what comes next: removal, once the cause is stopped', () => {
    const next = (cause: StatusView['cause']) => statusSentences({ ...VIEW, cause, request: undefined })[2];
    expect(next('unknown')).toContain('the mail that caused it; once it is stopped we ask for removal');
    expect(next('none')).toContain('no customer of ours caused it; next we ask for removal');
    expect(next({ stoppedAt: T0 })).toContain('was stopped at 2026-11-21 10:39 UTC; next we ask for removal');
  });

  it('gives the time that the lists take themselves, and none where nobody knows it', () => {
    const next = (wait: StatusView['wait'], cause: StatusView['cause'] = 'unknown') =>
      statusSentences({ ...VIEW, cause, wait, request: undefined })[2];
    expect(next({ hours: [1, 72], isExpiring: false })).toMatch(/, which as a rule takes 1 to 72 hours\.$/);
    expect(next({ hours: [12, 168], isExpiring: false })).toMatch(/ takes 12 hours to 7 days\.$/);
    expect(next({ hours: undefined, isExpiring: false })).toMatch(/; once it is stopped we ask for removal\.$/);
    expect(next({ hours: [12, 48], isExpiring: true })).toMatch(
      /; once it is stopped the listing goes by itself, which as a rule takes 12 to 48 hours\.$/,
    );
    expect(next({ hours: [12, 48], isExpiring: true }, 'none')).toMatch(/caused it; the listing goes by itself/);
  });

  it('says of a cause that nothing holds back when it fell silent, and still warns the desk', () => {
    const cause = { silentSince: T0 + HOUR };
    const notStopped = [{ id: 3, link: undefined }];
    const view = { ...VIEW, cause, notStopped, request: undefined };
    expect(statusSentences(view)[2]).toBe(
      'We have found the mail that caused it, none of which was seen after 2026-11-21 11:39 UTC; once it cannot come again we ask for removal, which as a rule takes 4 to 72 hours.',
    );
    expect(JSON.stringify(statusMessage(view).blocks)).toContain('Nothing holds back the mail of incident 3');
  });

  it('claims to stop nothing that nobody has found, and to have asked nobody who said no', () => {
    expect(statusSentences({ ...VIEW, cause: 'unknown' })[2]).toMatch(/^We are looking for the mail that caused it, /);
    expect(statusSentences({ ...VIEW, cause: 'none', request: 'refused' })[2]).toBe(
      'We searched our logs, and no customer of ours caused it; removal was asked for and refused, and we are asking again.',
    );
  });

  it('takes a domain for no address, and names none: it may be a customer’s', () => {
    const sentences = statusSentences({ ...VIEW, entries: [entry({ target: 'kvist.example', scope: 'domain' })] });
    expect(sentences[0]).toMatch(/^A domain that sends over us is on a blocklist \(Spamhaus ZEN\)/);
    expect(sentences.join(' ')).not.toMatch(/kvist|outgoing addresses are not affected|leaves over it/);
  });

  it('owns up to a removal that takes too long', () => {
    const [, , next] = statusSentences({ ...VIEW, now: T0 + 40 * HOUR });
    expect(next).toMatch(/it takes longer than expected, and we are asking again\.$/);
  });

  it('counts several addresses and lists', () => {
    const names = ['A', 'B', 'C', 'D', 'E'].map((listName, i) => entry({ listName, target: `203.0.113.${i % 2}` }));
    const [what] = statusSentences({ ...VIEW, entries: names });
    expect(what).toMatch(/^2 of our 4 outgoing addresses are on 5 blocklists \(A, B, C and 2 more\)/);
  });

  it('calls the block of a receiver of its own no blocklist', () => {
    const block = entry({ list: 'microsoft-consumer', listName: 'Microsoft', inDns: false });
    const alone = statusSentences({ ...VIEW, entries: [block] });
    expect(alone[0]).toBe(
      'Microsoft refuses mail from 203.0.113.17, one of our 4 outgoing addresses, seen since 2026-11-21 10:39 UTC.',
    );
    expect(alone[1]).toContain('leaves over it, and only Microsoft refuses it;');
    expect(statusSentences({ ...VIEW, entries: [block], impact: undefined })[1]).toMatch(/^Microsoft refuses some of/);

    const both = statusSentences({ ...VIEW, entries: [entry(), block] });
    expect(both[0]).toContain('is on a blocklist (Spamhaus ZEN) and refused by Microsoft, seen since');
    expect(both[1]).toContain('and only Microsoft and receivers that use that list refuse it;');
    const apart = statusSentences({ ...VIEW, entries: [entry(), { ...block, target: '203.0.113.18' }] });
    expect(apart[0]).toMatch(/^2 of our 4 outgoing addresses are on a blocklist \(Spamhaus ZEN\) or refused by Micro/);
    const two = statusSentences({ ...VIEW, entries: [block, { ...block, list: 'united-internet', listName: 'GMX' }] });
    expect(two[0]).toMatch(/^Microsoft and GMX refuse mail from 203\.0\.113\.17, one of our 4/);
    const domain = { ...block, target: 'kvist.example' };
    expect(statusSentences({ ...VIEW, entries: [domain] })[0]).toMatch(
      /^Microsoft refuses mail from a domain that send/,
    );
  });

  it('calls a list that no DNS question shows a list, where many receivers ask it', () => {
    const cloudmark = entry({ list: 'cloudmark-csi', listName: 'Cloudmark', inDns: false });
    expect(statusSentences({ ...VIEW, entries: [cloudmark] })[0]).toContain('is on a blocklist (Cloudmark)');
  });

  it('speaks of one server as of one, and of several lists as of several', () => {
    const entries = [entry({ listName: 'A' }), entry({ listName: 'B' })];
    const impact = { share: 0.5, messages: 9, customers: 3, addresses: 2, cleanAddresses: 1, cleanRelays: 1 };
    expect(statusSentences({ ...VIEW, entries, impact })[1]).toBe(
      'About 50 % of our outgoing mail (3 customers) leaves over it, and only receivers that use one of those lists refuse it; 1 of our 2 outgoing addresses is not affected.',
    );
  });

  it('claims no share when the logs do not tell', () => {
    const impact = { share: undefined, messages: 0, customers: 0, addresses: 1, cleanAddresses: 0, cleanRelays: 0 };
    expect(statusSentences({ ...VIEW, impact })[1]).not.toMatch(/%/);
  });

  it('says so when nothing is listed, and what would help', () => {
    const sentences = statusSentences({ ...VIEW, entries: [] });
    expect(sentences[0]).toBe(
      'None of our 4 outgoing addresses is on a blocklist that we could ask, and no large receiver blocks one of them.',
    );
    expect(sentences).toHaveLength(3);
    expect(statusSentences({ ...VIEW, entries: [], addresses: 1 })[0]).toBe(
      'Our outgoing address is on no blocklist that we could ask, and no large receiver blocks it.',
    );
  });

  it('calls nothing clear while no list answers, and tells the desk why', () => {
    const blind = [{ name: 'dns', ok: false, text: 'no server answers (192.0.2.53)', isBlind: true as const }];
    const view = { ...VIEW, entries: [], blind };
    expect(statusSentences(view).slice(0, 2)).toEqual([
      'We cannot tell at the moment whether one of our outgoing addresses is on a blocklist.',
      'A message that came back may have been refused for that, or for a reason of its own: a wrong address, a full mailbox, or its content.',
    ]);
    expect(JSON.stringify(statusMessage(view).blocks)).toContain(':warning: *DNS servers*: no server answers');
    expect(statusSentences({ ...view, blind: [], addresses: 0 })[0]).toMatch(/^We cannot tell/);
    expect(statusSentences({ ...view, entries: [entry()] })[0]).toMatch(/^203\.0\.113\.17, one of our 4/);
  });
});
