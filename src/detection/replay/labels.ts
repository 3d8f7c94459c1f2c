// Reads a file of labels for `replay --labels`: what is known to be spam and honest mail in a log, in the shape of
// test/fixtures/expected.json. Unknown keys are ignored.
import { z } from 'zod';
import { readTextFile, UserError } from '../../errors.js';
import { normaliseAddress } from '../../mail/address.js';
import { mistakesError, mistakesIn } from '../../mistakes.js';
import type { Truth } from './truth.js';

const text = z.string().trim().min(1);
const instant = z.iso
  .datetime({ offset: true, error: 'expected a time such as 2026-01-14T09:18:00+01:00' })
  .transform((value) => Date.parse(value));
/** '' is the null sender. */
const names = z.array(z.string().transform(normaliseAddress)).default([]);
const Span = z
  .object({ start: instant, end: instant })
  .refine(({ start, end }) => start <= end, 'ends before it starts');
const Run = Span.safeExtend({
  customer: text,
  kind: z.enum(['single', 'multiple']).optional(),
  what: text.optional(),
  type: text.optional(),
  senders: names,
  sasl_users: names,
  client_ips: z.array(text).default([]),
});
/** Lists in a file of labels, by name. */
export const LABEL_LISTS = {
  compromises: z.array(Run).default([]),
  /** Honest mail that looks like spam. */
  legitimate_bulk: z.array(Run).default([]),
  blocklisting: z.array(Span.safeExtend({ ip: text })).default([]),
};
/** A file with none of the lists is refused: with it nothing would be spam, and every alarm false. */
const Labels = z
  .record(z.string(), z.unknown())
  .refine(
    (given) => Object.keys(LABEL_LISTS).some((key) => key in given),
    `names none of ${Object.keys(LABEL_LISTS).join(', ')}`,
  )
  .pipe(z.object(LABEL_LISTS));

/** Reads a file of labels (JSON). Throws UserError that names every bad field. */
export function readLabels(path: string): Truth {
  const value = parse(path);
  const parsed = Labels.safeParse(value);
  if (!parsed.success)
    throw mistakesError(`The file of labels ${path}`, mistakesIn(parsed.error, value, Labels), value);
  const { compromises, legitimate_bulk, blocklisting } = parsed.data;
  return {
    source: path,
    isComplete: true,
    runs: [...compromises.map((run) => toRun(run, 'spam')), ...legitimate_bulk.map((run) => toRun(run, 'honest'))],
    blocks: blocklisting.map(({ ip, start, end }) => ({ ip, since: start, until: end })),
  };
}

function toRun(run: z.infer<typeof Run>, verdict: 'spam' | 'honest'): Truth['runs'][number] {
  const { what, type, kind, customer, senders, sasl_users, client_ips, start, end } = run;
  return {
    name: what ?? type ?? (verdict === 'spam' ? 'compromise' : 'honest mail'),
    verdict,
    ...(kind ? { kind } : {}),
    ...{ customer, senders, logins: sasl_users, clientIps: client_ips, since: start, until: end },
  };
}

function parse(path: string): unknown {
  const text = readTextFile(path, `The labels ${path}`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`The labels ${path} are no JSON: ${(cause as Error).message.replace(/[\p{Cc}\s]+/gu, ' ')}`, {
      cause,
    });
  }
}
