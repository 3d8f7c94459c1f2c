// /dnscheck: are PTR, SPF, DKIM and DMARC in order? Answers at once, then with ticks and what to publish. On a listing's card the same
// look is behind the button that mends an open point of the gate.
import { whenFree } from '../../db/patience.js';
import { immediately } from '../../db/transaction.js';
import { UserError } from '../../errors.js';
import { type HygieneSubject, strangersOf } from '../../hygiene/subjects.js';
import { queueCard } from '../../incidents/record.js';
import { type Desk, tell } from '../desk.js';
import { type Lookup, onLookup } from '../lookup.js';
import {
  DNSCHECK_BUTTONS,
  dnscheckProgress,
  dnscheckResult,
  type FinishedLook,
  lookNote,
} from '../messages/dnscheck.js';
import { privateNote } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import type { Press } from '../press.js';
import type { Feature } from './feature.js';

const EXAMPLES = '`/dnscheck 203.0.113.17` · `/dnscheck example.com` · `/dnscheck` and a customer’s name or id';
const USAGE = `Say whose DNS to look at: an IP address, a domain or a customer.\n${EXAMPLES}`;

export const dnscheck: Feature = {
  name: '/dnscheck',
  help: '`/dnscheck example.com` looks at PTR, SPF, DKIM and DMARC of an address, a domain or a customer’s domains',
  command: '/dnscheck',
  steps: [{ verb: 'dnscheck-address', right: 'check', act: lookAtListed }],
  register: (app, desk) => onLookup(app, desk, LOOKUP),
};

/** What to look at, or what is wrong with the input and what would have worked. */
function readSubjects(desk: Desk, text: string): { subjects: HygieneSubject[] } | { fault: string } {
  if (text === '' || text === 'help') return { fault: `:information_source: ${USAGE}` };
  try {
    return { subjects: desk.ctx.hygiene.subjectsOf(text) };
  } catch (error) {
    if (error instanceof UserError) return { fault: `:grey_question: ${esc(error.message, 600)}.\n${EXAMPLES}` };
    throw error;
  }
}

/** Whose DNS is looked at. */
interface Asked {
  /** As it was typed. */
  target: string;
  subjects: readonly HygieneSubject[];
}

type Found = Pick<FinishedLook, 'looks' | 'strangers'>;

const LOOKUP: Lookup<Asked, Found> = {
  command: '/dnscheck',
  subject: 'dnscheck',
  buttons: DNSCHECK_BUTTONS,
  read(desk, target) {
    const read = readSubjects(desk, target);
    return 'fault' in read ? read : { asked: { target, ...read } };
  },
  look,
  progress: ({ target }, done, of) => dnscheckProgress(target, done, of),
  progressEveryMs: 0,
  result: (_desk, { id, at, asked: { target }, found }, sharedBy) =>
    dnscheckResult({ id, at, target, ...found }, sharedBy),
  expired: privateNote(`:hourglass: That result is no longer at hand. Look again:\n${EXAMPLES}`),
};

async function look(
  { ctx }: Desk,
  { subjects }: Asked,
  onProgress: (done: number, of: number) => void,
): Promise<Found> {
  const looks = await ctx.hygiene.look(subjects, (done) => onProgress(done, subjects.length));
  ctx.outbox.wake();
  return { looks, strangers: strangersOf(subjects) };
}

/** A press on a listing's card: looks anew at what is listed, tells the person, and has the card show it. */
async function lookAtListed({ desk, incident, arg, reply }: Press): Promise<void> {
  const read = readSubjects(desk, arg);
  if ('fault' in read) return tell(desk, reply, privateNote(read.fault));
  const looks = await desk.ctx.hygiene.look(read.subjects);
  await whenFree(() => immediately(desk.ctx.db, (tx) => queueCard(tx, desk.ctx, incident)));
  desk.ctx.outbox.wake();
  await tell(desk, reply, lookNote(looks));
}
