// /blcheck: is this address, network or domain on a blocklist? Answers at once with a line that fills; the result is the person's own
// until they share it or open an incident from it.
import type { CheckResult } from '../../blocklists/check.js';
import { askedFor, parseTargets, type Target, whyNotAsked } from '../../blocklists/target.js';
import { whenFree } from '../../db/patience.js';
import { addressesIn } from '../../detection/finding.js';
import { UserError } from '../../errors.js';
import { openEntries } from '../../incidents/incident.js';
import type { Taken } from '../../incidents/listings/take-listings.js';
import { takeListed } from '../../incidents/listings/take-seen.js';
import { findIncident, openListing, unresolvedIncidents } from '../../incidents/store.js';
import { specialUseOf } from '../../mail/special-use.js';
import { count } from '../../words.js';
import { type Desk, tell } from '../desk.js';
import { type Lookup, onLookup, type ResultPress } from '../lookup.js';
import {
  type Asked,
  CHECK_BUTTONS,
  checkProgress,
  checkResult,
  type FinishedCheck,
  type OwnBlock,
  type StandingIn,
} from '../messages/check-result.js';
import { privateNote } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import { linkTo } from '../read.js';
import type { Feature } from './feature.js';

/** A /28: what a person reads in one message. */
const MAX_ADDRESSES = 16;
/** More incidents than this are not opened by one press. */
const MAX_OPENED = 10;

const EXAMPLES =
  '`/blcheck 198.51.100.7` · `/blcheck 198.51.100.0/28` · `/blcheck 2001:db8::25` · `/blcheck example.com`';
const USAGE = `Say what to check: an IP address, a network up to ${MAX_ADDRESSES} addresses, or a domain.\n${EXAMPLES}`;

export const blcheck: Feature = {
  name: '/blcheck',
  help: '`/blcheck 198.51.100.7` checks an address, a small network or a domain on the blocklists',
  command: '/blcheck',
  register: (app, desk) => onLookup(app, desk, CHECK),
};

type Found = Pick<FinishedCheck, 'results' | 'refusedBy' | 'standingIn'>;

const CHECK: Lookup<Asked, Found> = {
  command: '/blcheck',
  subject: 'check',
  buttons: CHECK_BUTTONS,
  acts: { [CHECK_BUTTONS.open]: openIncidents },
  read(desk, text) {
    const fault = faultIn(text);
    return fault ? { fault } : { asked: readAsked(desk, text) };
  },
  look: check,
  progress: ({ target }, done, of) => checkProgress(target, done, of),
  progressEveryMs: 1000,
  result: ({ ctx }, { id, at, asked, found }, sharedBy) =>
    checkResult({ id, at, ...asked, ...found }, ctx.describeList, sharedBy),
  expired: privateNote(`:hourglass: That result is no longer at hand. Check again:\n${EXAMPLES}`),
};

/** What is wrong with the input, with what would have worked, or why the lists are not asked about it; undefined when it can be checked. */
function faultIn(text: string): string | undefined {
  if (text === '' || text === 'help') return `:information_source: ${USAGE}`;
  try {
    const notAsked = whyNotAsked(text, parseTargets(text, { maxAddresses: MAX_ADDRESSES }));
    return notAsked && `:information_source: ${esc(notAsked, 600)}`;
  } catch (error) {
    if (error instanceof UserError) return `:grey_question: ${esc(error.message, 600)}`;
    throw error;
  }
}

/** What is asked about, by the name it has in the DNS, and what has to be said of it. */
function readAsked({ ctx }: Desk, text: string): Asked {
  const { name, mailbox } = askedFor(text);
  const ours = new Set(ctx.outboundAddresses());
  const uses = parseTargets(text, { maxAddresses: MAX_ADDRESSES }).map((target) =>
    target.kind === 'domain' || ours.has(target.text) ? undefined : specialUseOf(target.ip),
  );
  const [use] = uses;
  const [own] = ours;
  return {
    target: name,
    ...(mailbox ? { mailbox } : {}),
    ...(use !== undefined && uses.every((each) => each === use) ? { use, ...(own ? { ours: own } : {}) } : {}),
  };
}

async function check(desk: Desk, { target }: Asked, onProgress: (done: number, of: number) => void): Promise<Found> {
  const onResult = (_result: CheckResult, done: number, of: number) => onProgress(done, of);
  const results = await desk.ctx.check(target, { maxAddresses: MAX_ADDRESSES, onResult });
  const refusedBy = readOwnBlocks(desk, parseTargets(target, { maxAddresses: MAX_ADDRESSES }));
  return { results, refusedBy, standingIn: readStanding(desk, results) };
}

/** Receivers' own blocks that stand, by the open incidents: replies to our mail told of them. The latest refusal first. */
function readOwnBlocks({ ctx, identity }: Desk, targets: readonly Target[]): OwnBlock[] {
  const asked = new Set(targets.map(({ text }) => text));
  const blocks = unresolvedIncidents(ctx.db).flatMap((incident) => {
    if (incident.subject.kind !== 'listing') return [];
    const { id } = incident;
    const refusing = openEntries(incident.subject).filter(
      ({ inDns, target }) => !inDns && addressesIn(target).some((each) => asked.has(each)),
    );
    return refusing.map(({ target, listName, codes, lastSeenAt }) => ({
      ...{ target, receiver: listName, code: codes[0] ?? '', lastRefusedAt: lastSeenAt },
      incident: { id, link: linkTo(incident, identity()?.workspaceUrl) },
    }));
  });
  return blocks.toSorted((a, b) => b.lastRefusedAt - a.lastRefusedAt);
}

/** The listings that an incident is about: to open it again would change nothing. */
function readStanding({ ctx, identity }: Desk, results: readonly CheckResult[]): StandingIn[] {
  return results.flatMap(({ target, list, verdict }) => {
    const id = verdict === 'listed' ? openListing(ctx.db, target, list)?.incidentId : undefined;
    const incident = id ? findIncident(ctx.db, id) : undefined;
    if (!incident) return [];
    const link = linkTo(incident, identity()?.workspaceUrl);
    return [{ target, list, incident: { id: incident.id, state: incident.state, link } }];
  });
}

/** Takes every listing of the result into the incidents, and names them: new, joined, open already, or no more than a note. */
async function openIncidents({ desk, finished, actor, reply }: ResultPress<Asked, Found>): Promise<void> {
  const { at, found } = finished;
  const listed = found.results.filter(({ verdict }) => verdict === 'listed');
  const seen = listed.slice(0, MAX_OPENED).map((result) => ({ ...result, at }));
  const taken = await whenFree(() => takeListed(desk.ctx, seen, actor));
  desk.ctx.outbox.wake();
  const lines = taken.map((each) => takenLine(desk, each));
  const left = listed.length - taken.length;
  if (left > 0) lines.push(`… and ${count(left, 'more listing')}: check fewer addresses at once.`);
  await tell(desk, reply, privateNote([...new Set(lines)].join('\n') || ':information_source: Nothing is listed.'));
}

function takenLine(desk: Desk, taken: Taken): string {
  if (taken.kind === 'noted') {
    const name = esc(desk.ctx.describeList(taken.list).name, 80);
    return `:information_source: \`${esc(taken.target, 80)}\` on ${name} is noted; that list alone opens no incident.`;
  }
  const { kind, incident } = taken;
  const link = linkTo(incident, desk.identity()?.workspaceUrl);
  const name = link ? `<${link}|incident ${incident.id}>` : `incident ${incident.id}`;
  if (kind === 'opened') return `:rotating_light: Opened ${name}, its card comes to the channel.`;
  return kind === 'joined'
    ? `:heavy_plus_sign: Added to ${name}.`
    : `:information_source: That is ${name} already (${incident.state}).`;
}
