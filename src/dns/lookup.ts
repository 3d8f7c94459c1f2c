// A question for records that are there or not: found, missing, or not to be told. Silence, SERVFAIL, a refusal and an answer that was
// cut off are never "missing".
import type { DnsAnswer, QuestionType } from './answer.js';
import type { Resolver } from './resolver.js';
import { encodeQuestion } from './wire.js';

export type Lookup =
  | {
      kind: 'found';
      /** Addresses, TXT records (strings joined), names (PTR; MX by preference); the outside's text. Never empty. */
      values: string[];
      /** Where CNAMEs led. */
      alias?: string;
    }
  /** Somebody who knows says that there is no such name, or no such record under it. */
  | { kind: 'missing'; rcode: 'NXDOMAIN' | 'NOERROR'; alias?: string }
  /** `why` is a half sentence for people. */
  | { kind: 'unknown'; why: string };

/** Asks one question. A name that no DNS can hold is missing. Rejects only when the signal is aborted. */
export async function lookup(
  resolver: Pick<Resolver, 'query'>,
  name: string,
  type: QuestionType,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Lookup> {
  if (!encodeQuestion(name, type)) return { kind: 'missing', rcode: 'NXDOMAIN' };
  return toLookup(await resolver.query(name, type, options), type);
}

function toLookup(answer: DnsAnswer, type: QuestionType): Lookup {
  switch (answer.kind) {
    case 'answer': {
      if (!answer.complete) return { kind: 'unknown', why: 'the answer was cut off and could not be fetched whole' };
      const values = type === 'TXT' ? answer.texts : (answer.names ?? answer.addresses);
      return { kind: 'found', values, ...(answer.alias === undefined ? {} : { alias: answer.alias }) };
    }
    case 'none':
      return { kind: 'missing', rcode: answer.rcode, ...(answer.alias === undefined ? {} : { alias: answer.alias }) };
    case 'refused':
      return { kind: 'unknown', why: 'the name server refused the question' };
    case 'servfail':
      return { kind: 'unknown', why: `the name server could not tell (${answer.rcode})` };
    case 'timeout':
      return { kind: 'unknown', why: 'no answer in time' };
    case 'unreachable':
      return { kind: 'unknown', why: `the name server cannot be reached (${answer.reason})` };
    case 'malformed':
      return { kind: 'unknown', why: 'the answer cannot be read' };
  }
}
