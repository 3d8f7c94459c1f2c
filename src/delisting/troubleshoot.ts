// A removal that does not come: the three questions of the delisting guide, answered by the bot itself, and when to ask again. Pure.
import type { Behind } from '../incidents/running.js';
import { utc } from '../words.js';
import { type LookPoint, type Mend, readingWords, type Source } from './gate.js';

export interface Trouble {
  id: 'spam' | 'ptr' | 'dedicated' | 'again';
  /** ok: not the reason. bad: may well be. unknown: nobody can tell. */
  state: 'ok' | 'bad' | 'unknown';
  /** For people, without markup; may hold outsiders' text. */
  text: string;
  mend?: Mend;
  /** When time mends it, ms. */
  opensAt?: number;
}

interface TroubleFacts {
  now: number;
  target: string;
  isDomain: boolean;
  list: string;
  requestedAt: number;
  sources: readonly (Source & { incidentId: number })[];
  /** When what the relays did is not read up to now. */
  behind?: Behind | undefined;
  look?: { points: readonly LookPoint[] } | undefined;
  /** How many customers send over the address; undefined when the logs do not tell. */
  customersOver: number | undefined;
  /** When the list may be asked again. */
  mayAskAt: number;
}

/** The guide's path, in its order. */
export function troubleshoot(facts: TroubleFacts): Trouble[] {
  const ofAddress = facts.isDomain ? [] : [dedicatedIp(facts)];
  return [stillSpamming(facts), dnsRight(facts), ...ofAddress, askAgain(facts)];
}

function stillSpamming({ sources, requestedAt, behind }: TroubleFacts): Trouble {
  const id = 'spam';
  const last = sources.toSorted((a, b) => b.lastSpamAt - a.lastSpamAt)[0];
  if (!last) return { id, state: 'unknown', text: 'Still spam? Nobody is named as its source, so nobody can tell' };
  if (behind && last.lastSpamAt <= requestedAt)
    return { id, state: 'unknown', text: `Still spam? Not known: ${readingWords(behind)}` };
  if (last.lastSpamAt <= requestedAt)
    return { id, state: 'ok', text: 'Still spam? None from the suspected sources since the request' };
  return {
    id,
    state: 'bad',
    text: `Still spam? ${sentWords(last)} at ${utc(last.lastSpamAt)}, after the request`,
    mend: { action: 'show-incident', label: `Incident ${last.incidentId}`, arg: String(last.incidentId) },
  };
}

function sentWords({ customerName, wasRefused }: Source): string {
  return wasRefused ? `Tries, which a block refuses: ${customerName}, last` : `Yes: ${customerName} sent some`;
}

function dnsRight({ target, isDomain, look }: TroubleFacts): Trouble {
  const id = 'ptr';
  const mend = { action: 'dnscheck-address', label: 'Check DNS', arg: target };
  const question = isDomain ? 'SPF and DMARC right?' : 'PTR = host name?';
  const points = (look?.points ?? []).filter((point) => isDomain || point.id === 'ptr');
  if (points.length === 0) return { id, state: 'unknown', text: `${question} Nobody has looked yet`, mend };
  const wrong = points.find(({ state }) => state === 'bad');
  if (wrong) return { id, state: 'bad', text: `${question} No: ${wrong.text}`, mend };
  const dark = points.find(({ state }) => state === 'unknown');
  if (dark) return { id, state: 'unknown', text: `${question} Could not be told: ${dark.text}`, mend };
  return { id, state: 'ok', text: `${question} Yes: ${points.map(({ text }) => text).join('; ')}` };
}

function dedicatedIp({ target, customersOver }: TroubleFacts): Trouble {
  const id = 'dedicated';
  if (customersOver === undefined || customersOver === 0)
    return { id, state: 'unknown', text: `Dedicated address? The logs do not tell who sends over ${target}` };
  if (customersOver === 1)
    return { id, state: 'ok', text: `Dedicated address? Yes: one customer sends over ${target}` };
  return {
    id,
    state: 'bad',
    text: `Dedicated address? No: ${customersOver} customers share ${target}, and one of them is enough to get it listed again. An address of its own keeps a customer out of that`,
  };
}

function askAgain({ now, target, list, mayAskAt }: TroubleFacts): Trouble {
  const id = 'again';
  if (mayAskAt > now) return { id, state: 'unknown', text: 'Ask again? Too early', opensAt: mayAskAt };
  return {
    id,
    state: 'ok',
    text: 'Ask again? The list may be asked now',
    mend: { action: 'request-delisting', label: 'Ask again', arg: `${list}|${target}` },
  };
}
