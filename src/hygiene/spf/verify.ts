// May this address send for that domain? SPF as a receiver evaluates it (RFC 7208 section 4), by mailauth with our own resolver.
import type { QuestionType } from '../../dns/answer.js';
import type { Ask } from '../ask.js';
import { type SpfMail, withDomain } from './macro.js';
import { parseSpf, spfRecordsAmong, WORD_AT_MOST } from './record.js';

export type SpfVerdict =
  | { kind: 'pass' }
  /** The record says no, or nothing, about the address. */
  | { kind: 'not-authorised'; result: 'fail' | 'softfail' | 'neutral' | 'none' }
  /** Receivers give up on the record. */
  | { kind: 'broken'; why: string }
  /** The DNS did not answer everything that was asked. */
  | { kind: 'unknown'; why: string };

/** Evaluates it for a mail from `postmaster@domain`, which is also the identity of a greeting (section 2.3). */
export async function verifySpf(ask: Ask, domain: string, ip: string, helo = domain): Promise<SpfVerdict> {
  let silence: string | undefined;
  const mail: SpfMail = { sender: `postmaster@${domain}`, ip, helo };
  const resolver = async (name: string, type: string): Promise<unknown[]> => {
    const found = await ask(name, type as QuestionType);
    if (found.kind === 'found') return shaped(found.values, type, name);
    if (found.kind === 'unknown') silence ??= `${name}: ${found.why}`;
    throw Object.assign(new Error(found.kind), { code: CODES[found.kind === 'unknown' ? 'unknown' : found.rcode] });
  };
  // Loaded when the first address is looked at: it takes 15 MB.
  const { default: mailauth } = await import('mailauth/lib/spf/index.js');
  const { status } = await mailauth.spf({ ...mail, mta: 'relaywarden', resolver });
  if (status.result === 'pass') return { kind: 'pass' };
  // The library goes on past an include that nobody answered for; we do not know then.
  if (silence !== undefined) return { kind: 'unknown', why: silence };
  if (status.result === 'permerror' || status.result === 'temperror')
    return { kind: 'broken', why: reasonIn(status.comment) };
  return { kind: 'not-authorised', result: status.result };
}

const GIANT = new RegExp(`\\S{${WORD_AT_MOST + 1},}`, 'g');

const CODES = { NXDOMAIN: 'ENOTFOUND', NOERROR: 'ENODATA', unknown: 'ETIMEOUT' };

/** Records in the form of node:dns. Of TXT records those alone that are SPF: the library takes more for one than receivers do. */
function shaped(values: string[], type: string, name: string): unknown[] {
  if (type === 'MX') return values.map((exchange, priority) => ({ exchange, priority }));
  if (type !== 'TXT') return values;
  const records = spfRecordsAmong(values);
  const [fault] = records.length === 1 ? parseSpf(records[0] ?? '').faults : [];
  if (fault !== undefined) throw permerror(`in ${name}: ${fault}`);
  return records.map((text) => [withDomain(withoutGiants(text), name)]);
}

/** A mistake anywhere in a record makes it void, whatever stands before (section 4.6); the library comes to it only when it gets there. */
function permerror(text: string): Error {
  return Object.assign(new Error(text), { spfResult: { error: 'permerror', text } });
}

/** The library's patterns take long over very long words; a word that is none makes it say "broken", which such a record is. */
function withoutGiants(text: string): string {
  return text.replaceAll(GIANT, 'too-long-a-word');
}

/** The library's comment ends with what went wrong. */
function reasonIn(comment = ''): string {
  return /lookup of \S+: (.*)$/s.exec(comment)?.[1] ?? 'the record cannot be evaluated';
}
