// Several mailboxes of one customer that grow suspicious together: found when none of them would be alone, and not on a busy day.
import { describe, expect, it } from 'vitest';
import { Campaigns, type Suspect } from '../../src/detection/campaigns.js';
import { Detector } from '../../src/detection/detector.js';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import type { MailEvent, MessageHead } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, ordinary, T0, UNKNOWN_USER } from '../tools/mail-events.js';

const directory = Directory.parse({
  customers: [
    {
      ...{ id: 'office', name: 'Office', domains: ['office.example'] },
      ...{ sasl_domains: ['office.example'], shared_ips: ['198.51.100.0/24'] },
    },
  ],
});
const staff = Array.from({ length: 50 }, (_, i) => `p${String(i).padStart(2, '0')}@office.example`);

function findingsIn(events: MailEvent[]): CompromiseFinding[] {
  const detector = new Detector({ directory });
  const ordered = events.toSorted((a, b) => a.at - b.at);
  return ordered.flatMap((event) => detector.see(event)).filter((finding) => finding.kind !== 'blocklist');
}

/** Two weeks of single messages, some a day from everybody. */
const past = staff.flatMap((login, n) =>
  Array.from({ length: 40 }, (_, i) => T0 - (1 + Math.floor(i / 4)) * DAY + (i % 4) * 2 * HOUR + n * 1_000).flatMap(
    (at) => ordinary(login, at, { login }),
  ),
);

/** So many letters to strangers, three minutes apart, every `nthBad` of them to nobody. */
function letters(
  login: string,
  since: number,
  count: number,
  nthBad: number,
  by: Partial<MessageHead> = { login },
): MailEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const head = message({ sender: login, ...by, acceptedAt: since + i * 180_000 });
    const to = `stranger${i}.${login.slice(0, 3)}@far${i}.${login.slice(0, 3)}.test`;
    return [accepted(head), delivery(head, to, i % nthBad === 0 ? UNKNOWN_USER : {})];
  }).flat();
}

describe('mailboxes that were phished together', () => {
  const phished = [staff[3], staff[17], staff[31]] as string[];
  const attacks = phished.map((login, i) => letters(login, T0 + i * 60_000, 12, 4));

  it('are no alarm each', () => {
    for (const attack of attacks) expect(findingsIn([...past, ...attack])).toEqual([]);
  });

  it('are one finding with all senders and logins', () => {
    const findings = findingsIn([...past, ...attacks.flat()]);
    const last = findings.at(-1);

    expect(new Set(findings.map(({ key }) => key)).size).toBe(1);
    expect(findings[0]?.kind).toBe('multiple');
    expect(last).toMatchObject({ kind: 'multiple', customer: 'office' });
    expect(last?.senders.toSorted()).toEqual(phished);
    expect(last?.logins.toSorted()).toEqual(phished);
    expect(last?.since).toBe(T0);
    expect(last?.recipients).toBeGreaterThan(20);
    expect(last?.confidence).toBeGreaterThan(0.5);
  });

  it('are told with the one that the figures of the reasons are of', () => {
    for (const { evidence, evidenceOf } of findingsIn([...past, ...attacks.flat()])) {
      const ofWhom = phished.indexOf(evidenceOf?.sender ?? '');
      const [, count] =
        /^(\d+) recipients? in/.exec(evidence.find((reason) => /recipients? in/.test(reason)) ?? '') ?? [];
      const sent = (attacks[ofWhom] ?? []).filter(({ kind, at }) => kind === 'accepted' && at <= (evidenceOf?.to ?? 0));

      expect(ofWhom).toBeGreaterThanOrEqual(0);
      expect(Number(count)).toBe(sent.length);
    }
  });

  it('are none over days: who is odd on another day has nothing to do with it', () => {
    const apart = phished.flatMap((login, i) => letters(login, T0 + i * DAY, 12, 4));

    expect(findingsIn([...past, ...apart])).toEqual([]);
  });
});

describe('a colleague who has only begun', () => {
  const [lost, begun, honest] = [staff[3], staff[17], staff[31]] as [string, string, string];

  it('is named with the first alarm, who writes as always is not', () => {
    const run = letters(lost, T0, 30, 2);
    const few = letters(begun, T0 + 1_000, 5, 2);
    const usual = [0, 1, 2, 3].flatMap((i) => ordinary(honest, T0 + 2_000 + i * 1_000, { login: honest }));
    const [first] = findingsIn([...past, ...run, ...few, ...usual]);

    expect(first?.kind).toBe('multiple');
    expect(first?.senders).toEqual([lost, begun]);
    expect(findingsIn([...past, ...few, ...usual])).toEqual([]);
  });

  it('is told to have come without a login, which no block of the logins takes', () => {
    const run = letters(lost, T0, 30, 2);
    const few = (by: object) => letters(begun, T0 + 1_000, 5, 2, by);
    const [byAddress] = findingsIn([...past, ...run, ...few({ clientIp: '198.51.100.7' })]);
    expect(byAddress).toMatchObject({ senders: [lost, begun], logins: [lost], isPartlyWithoutLogin: true });

    const [byLogin] = findingsIn([...past, ...run, ...few({ login: begun })]);
    expect(byLogin).toMatchObject({ senders: [lost, begun], logins: [lost, begun] });
    expect(byLogin).not.toHaveProperty('isPartlyWithoutLogin');
  });

  it('is nobody’s colleague where the mail is nobody’s', () => {
    const nobody = Directory.parse({ customers: [] });
    const detector = new Detector({ directory: nobody });
    const events = [...past, ...letters(lost, T0, 30, 2), ...letters('eve@other.example', T0 + 1_000, 5, 2)];
    const found = events.toSorted((a, b) => a.at - b.at).flatMap((event) => detector.see(event));
    expect(found.length).toBeGreaterThan(0);
    for (const finding of found) expect(finding).toMatchObject({ kind: 'single', senders: [lost] });
  });
});

describe('fifty honest mailboxes', () => {
  it('are no alarm on a busy day', () => {
    const busy = staff.flatMap((login, i) => letters(login, T0 + i * 7_000, 30, 1_000));

    expect(findingsIn([...past, ...busy])).toEqual([]);
  });
});

describe('Campaigns', () => {
  const suspect = (name: string, evidence: number, at = T0): Suspect => ({
    ...{ key: `k|${name}`, entryKey: `e|${name}`, login: name, sender: name },
    ...{ evidence, beyondReach: 2, at, since: at, messages: 5, recipients: 8 },
  });
  function noted(suspects: Suspect[]): Campaigns {
    const campaigns = new Campaigns();
    for (const each of suspects) campaigns.note('office', each);
    return campaigns;
  }

  it('add up what each has beyond an ordinary odd hour, from three on', () => {
    const few = noted([suspect('a', 7), suspect('b', 7)]);
    const three = noted([suspect('a', 7), suspect('b', 7), suspect('c', 7), suspect('d', 1)]);

    expect(few.jointEvidence('office', T0)).toBe(0);
    expect(three.jointEvidence('office', T0)).toBeGreaterThan(8);
    expect(three.jointEvidence('other', T0)).toBe(0);
    expect(three.mailboxesWith('office', 'k|a', T0)).toBe(3);
    expect(three.mailboxesWith('office', 'k|d', T0)).toBe(0);
  });

  it('let go of who is not suspicious any more, and of what is long ago', () => {
    const campaigns = noted([suspect('a', 7), suspect('b', 7), suspect('c', 7), suspect('a', 0.5)]);

    expect(campaigns.jointEvidence('office', T0)).toBe(0);
    campaigns.note('office', suspect('a', 7));
    expect(campaigns.jointEvidence('office', T0)).toBeGreaterThan(0);
    expect(campaigns.jointEvidence('office', T0 + 9 * HOUR)).toBe(0);
  });

  it('keep the key of the first alarm while it runs', () => {
    const campaigns = noted([suspect('a', 7), suspect('b', 7), suspect('c', 7)]);

    expect(campaigns.alarmKey('office', 'e|a', T0, false)).toBe('e|a');
    expect(campaigns.alarmKey('office', 'e|b', T0, true)).toBe('e|b');
    expect(campaigns.alarmKey('office', 'e|c', T0 + HOUR, false)).toBe('e|b');
    expect(campaigns.alarmKey('office', 'e|c', T0 + 10 * HOUR, false)).toBe('e|c');
    expect(campaigns.alarmKey('other', 'e|z', T0, true)).toBe('e|z');
  });

  it('take much mail from many at once for a busy day', () => {
    const busy = (name: string) => ({ ...suspect(name, 7), beyondReach: 0 });
    const campaigns = noted([busy('a'), busy('b'), busy('c')]);

    expect(campaigns.jointEvidence('office', T0)).toBe(0);
    expect(campaigns.accomplices('office', T0)).toEqual([]);
  });

  it('are forgotten when all is over', () => {
    const campaigns = noted([suspect('a', 7), suspect('b', 7), suspect('c', 7)]);
    campaigns.forgetIdle(T0 + 9 * HOUR);

    expect(campaigns.accomplices('office', T0)).toEqual([]);
  });
});
