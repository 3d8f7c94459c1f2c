// SPF of a domain as one point: there is exactly one record, receivers can evaluate it, and it lets our addresses send.
import type { Ask } from '../ask.js';
import type { Point } from '../look.js';
import {
  type Advice,
  adding,
  brokenBy,
  closing,
  completed,
  meantBy,
  mending,
  passedOver,
  replacing,
  sentences,
} from './advice.js';
import { endOf, newRecord, spfAt, withEnd } from './edit.js';
import { byAddress, named, type OurPart, ourPart, type SpfQuestion } from './ours.js';
import type { SpfRecord } from './record.js';
import { whyNone } from './slips.js';
import { type SpfVerdict, verifySpf } from './verify.js';
import { costOf, findSpf, LOOKUP_LIMIT, type SpfCost } from './walk.js';

/** Looks at it. Never throws for what the DNS says. */
export async function lookAtSpf(ask: Ask, question: SpfQuestion): Promise<Point> {
  const { domain } = question;
  const found = await findSpf(ask, domain);
  if (found.kind === 'unknown') return { state: 'unknown', text: found.why };
  if (found.kind === 'one') return judge(ask, question, found.record);
  const ours = await ourPart(ask, question);
  if (found.kind === 'none') return { state: 'bad', ...(await missing(ask, question, found.isNoName, ours)) };
  return { state: 'bad', ...(await useless(ask, domain, found.texts, found.kind === 'several', ours)) };
}

/** Several records, or what was meant as one: receivers heed none of it. */
export async function useless(
  ask: Ask,
  domain: string,
  texts: readonly string[],
  areRecords: boolean,
  ours: OurPart,
): Promise<Pick<Point, 'text' | 'record' | 'advice' | 'publish'>> {
  const many = texts.length > 1;
  return {
    text: areRecords
      ? `there are ${texts.length} SPF records, so receivers heed none of them`
      : `the SPF record is broken: ${whyNone(texts[0] ?? '')}, so receivers see none`,
    record: texts.join('\n'),
    ...(await replacing(
      ask,
      domain,
      meantBy(texts),
      ours,
      many ? 'Take them all away and publish this one.' : 'Publish this instead.',
    )),
  };
}

async function missing(ask: Ask, { domain, ips }: SpfQuestion, isNoName: boolean, ours: OurPart) {
  const first = isNoName ? 'Is the name spelt right? If so: publish this record.' : 'Publish this record.';
  const what = ips.length > 0 ? 'Whatever else sends mail' : 'What sends mail';
  const beside = ips.length > 0 ? '' : ' beside its own mail servers';
  return {
    text: isNoName ? 'there is no SPF record, and no such name in the DNS' : 'there is no SPF record',
    advice: sentences(first, `${what} for the domain${beside} goes before ~all, too.`, ours.gap),
    publish: spfAt(domain, await completed(ask, domain, newRecord(ips.length > 0 ? [] : ['mx']), ours)),
  };
}

async function judge(ask: Ask, question: SpfQuestion, record: SpfRecord): Promise<Point> {
  const { domain, ips } = question;
  const mail = { sender: `postmaster@${domain}`, ip: ips[0] ?? '192.0.2.1', helo: domain };
  const cost = await costOf(ask, domain, record, mail);
  const stands = { record: record.text };
  const verdicts = await Promise.all(ips.map(async (ip) => ({ ip, verdict: await verifySpf(ask, domain, ip) })));
  const isPassing = ips.length > 0 && verdicts.every(({ verdict }) => verdict.kind === 'pass');
  const ours = isPassing && endOf(record) !== '+' ? byAddress(ips) : await ourPart(ask, question);
  const broken = brokenBy(cost);
  if (broken)
    return { ...stands, state: 'bad', text: broken, ...(await mending(ask, domain, record, ours, isPassing)) };
  return { ...stands, ...(await judgeAddresses(ask, { domain, record, cost, ours }, verdicts)) };
}

interface Judged {
  domain: string;
  record: SpfRecord;
  cost: SpfCost;
  ours: OurPart;
}

async function judgeAddresses(
  ask: Ask,
  { domain, record, cost, ours }: Judged,
  verdicts: { ip: string; verdict: SpfVerdict }[],
): Promise<Point> {
  const unasked = verdicts.flatMap(({ verdict }) => (verdict.kind === 'unknown' ? [verdict.why] : []));
  const broken = verdicts.flatMap(({ verdict }) => (verdict.kind === 'broken' ? [verdict.why] : []));
  const lacking = verdicts.filter(({ verdict }) => verdict.kind === 'not-authorised').map(({ ip }) => ip);
  if (broken[0] !== undefined)
    return {
      state: 'bad',
      text: `receivers give up on it: ${broken[0]}`,
      ...(await mending(ask, domain, record, ours, false)),
    };
  if (lacking.length > 0) {
    const some =
      lacking.length === verdicts.length ? '' : ` (${verdicts.length - lacking.length} of ${verdicts.length} are)`;
    return {
      state: 'bad',
      text: `does not authorise ${named(lacking)}${some}`,
      ...(await adding(ask, domain, record, ours)),
    };
  }
  if (unasked[0] !== undefined) return { state: 'unknown', text: unasked[0] };
  if (endOf(record) === '+')
    return {
      state: 'bad',
      text: 'ends in +all: it lets everybody send, which receivers punish',
      ...(await closing(ask, domain, record, ours)),
    };
  const count =
    verdicts.length === 0
      ? ''
      : `authorises ${verdicts.length === 1 ? named(verdicts.map(({ ip }) => ip)) : `all ${verdicts.length} addresses`}, `;
  return { state: 'ok', text: `${count}${cost.lookups} of ${LOOKUP_LIMIT} look-ups`, ...weakness(domain, record) };
}

/** A record that says nothing about strangers is no protection, and words that count for nothing mislead; our mail passes all the same. */
function weakness(domain: string, record: SpfRecord): Advice {
  const end = endOf(record);
  const ignored = passedOver(record);
  if (end === '-' || end === '~' || record.redirect !== undefined) return ignored === '' ? {} : { advice: ignored };
  const what = end === '?' ? 'ends in ?all' : 'has no all at its end';
  return {
    advice: sentences(`The record ${what}, so it says nothing about forgers; this is stronger.`, ignored),
    publish: spfAt(domain, withEnd(record.text, '~all')),
  };
}
