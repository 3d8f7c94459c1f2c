// Reads what the answer to "why?" and "why not?" rests on: what the detection knows now, and what stands on record. The detection lives in
// a thread of its own and may be busy: it is given two seconds, and what is on record is said anyway.
import type { Context } from '../context.js';
import type { Explanation } from '../detection/explanation.js';
import { NO_SENDER } from '../detection/identities/routes.js';
import { type Incident, isBackscatter } from '../incidents/incident.js';
import { teachingsInForce } from '../incidents/noise/teachings.js';
import {
  type ContainmentRow,
  containmentsInForce,
  findIncident,
  incidentsSince,
  unresolvedIncidents,
} from '../incidents/store.js';
import { canonicalIp, parseIp } from '../mail/ip.js';
import type { Found, FoundPartner } from '../partners/find.js';
import { within } from '../waiting.js';
import type { HeldBack } from './messages/in-force.js';
import type { WhyView } from './messages/noise/explanation.js';
import { customerNameOf, linkTo, readPart, withProof } from './read.js';
import { readNoise } from './read-noise.js';

type WhyDeps = Pick<
  Context,
  | 'db'
  | 'now'
  | 'customer'
  | 'customerName'
  | 'ownerOfDomain'
  | 'hits'
  | 'learnedOf'
  | 'volumeOf'
  | 'explain'
  | 'findCustomer'
  | 'findPartner'
  | 'outboundAddresses'
  | 'log'
>;

const ANSWER_MS = 2_000;
const DAY_MS = 86_400_000;
const LONGEST_QUERY = 320;

/** Reads the answer about a customer (id or name), a sender address, a login or a client address. */
export async function readWhy(deps: WhyDeps, typed: string, workspaceUrl?: string): Promise<WhyView> {
  const query = asAsked(typed);
  const found = find(deps, query);
  const named = found.kind === 'customer' && found.by === undefined ? found.customer.id : undefined;
  const asTyped = await ask(deps, named ?? query);
  const isUnknown = asTyped.known.length === 0 && !isOnRecord(deps, query);
  const partner = isUnknown && !named ? partnerMeant(deps, query, found) : undefined;
  const part = isUnknown && !named && !partner && found.kind === 'customer' ? found : undefined;
  const customer = named ?? part?.customer.id;
  const isAnswering = asTyped.answer === 'answered';
  const { answer, known } = part && isAnswering ? await ask(deps, part.customer.id) : asTyped;
  const customers = new Set([...(customer ? [customer] : []), ...known.map((each) => each.customer)]);
  const [only] = customers.size === 1 ? customers : [];
  const isTheirs = ({ customer }: Incident) => partner?.customers.some(({ id }) => id === customer) === true;
  const isOurs = isOurAddress(deps, query);
  return {
    query,
    ...(isOurs ? { isOurs } : {}),
    ...(part ? { takenFor: { name: part.customer.name, by: part.by ?? '' } } : {}),
    ...(partner ? { partner: partnerOf(deps, partner) } : {}),
    ...(isUnknown && !partner && found.kind === 'near' ? { near: nearOf(deps, found) } : {}),
    at: deps.now(),
    answer,
    known: known.map((each) => ({ ...each, customerName: nameOf(deps, each.customer) })),
    incidents: unresolvedIncidents(deps.db)
      .filter(
        (incident) =>
          isAbout(incident, query, customer) || isTheirs(incident) || (isOurs && isListing(incident, query)),
      )
      .map((incident) => ({
        incident,
        customerName: customerNameOf(deps, incident),
        link: linkTo(incident, workspaceUrl),
        part: readPart(deps, incident),
      })),
    ...resolvedAbout(deps, query, customer, workspaceUrl),
    inForce: inForceAbout(deps, query, customers, customer, workspaceUrl),
    noise: noiseAbout(deps, query, customer, known),
    ...(only ? volumeOf(deps, only) : {}),
  };
}

/** Reports whether an answer has nothing of whom was asked for. */
export function isNobody({ known, incidents, inForce, takenFor, partner, isOurs }: WhyView): boolean {
  return known.length + incidents.length + inForce.length === 0 && !takenFor && !partner && !isOurs;
}

/** The incident that `incident 12`, `#12` or `12` names, as cards and threads do. */
export function incidentNamed({ db }: Pick<WhyDeps, 'db'>, typed: string): Incident | undefined {
  const [, id] = /^(?:incident)?\s*#?\s*(\d{1,9})$/i.exec(asAsked(typed)) ?? [];
  return id === undefined ? undefined : findIncident(db, Number(id));
}

/** What to ask the detection about: the address of a single sender, else the login or client address that several senders came in by. */
export function aboutOf({ subject, customer }: Incident): string | undefined {
  if (subject.kind !== 'compromise') return undefined;
  const { shape, senders, logins, clientIps } = subject;
  // Backscatter has the null sender, so it is asked about by where it came in.
  const single = shape === 'single' && !isBackscatter(subject) ? senders[0] : undefined;
  return single ?? logins[0] ?? clientIps[0] ?? customer ?? undefined;
}

/** `<mailto:kim@acme.example|kim@acme.example>` is how some clients send what somebody typed, and `&lt;&gt;` how Slack sends `<>`. */
function asAsked(typed: string): string {
  if (typed.trim() === '&lt;&gt;') return NO_SENDER;
  const [, linked] = /^<(?:mailto:)?([^|>]+)(?:\|[^>]*)?>$/.exec(typed.trim()) ?? [];
  return (linked ?? typed)
    .trim()
    .replace(/^[`"“]+|[`"”]+$/g, '')
    .slice(0, LONGEST_QUERY);
}

async function ask(
  { explain, log }: WhyDeps,
  query: string,
): Promise<{ answer: WhyView['answer']; known: Explanation[] }> {
  try {
    const known = await within(ANSWER_MS, explain(query));
    return known ? { answer: 'answered', known } : { answer: 'late', known: [] };
  } catch (error) {
    log.warn({ err: error }, 'the detection could not explain');
    return { answer: 'late', known: [] };
  }
}

/** Whom it may mean; those in open incidents and of what is silenced are known by their addresses, too. */
function find(deps: WhyDeps, query: string): Found {
  const inTrouble = unresolvedIncidents(deps.db)
    .filter((each) => each.kind === 'compromise')
    .flatMap(({ subject, customer }) => [...subject.senders, ...subject.logins].map((name) => ({ name, customer })));
  const silenced = teachingsInForce(deps.db, deps.now()).flatMap(({ sender, customer }) =>
    sender === null ? [] : [{ name: sender, customer }],
  );
  return deps.findCustomer(query, [...inTrouble, ...silenced]);
}

/** A partner by its id or name; by a part of it only where that is like nothing of a customer. */
function partnerMeant(deps: WhyDeps, query: string, found: Found): FoundPartner | undefined {
  const meant = deps.findPartner(query);
  const isLikeCustomer = found.kind === 'customer' || found.near.length > 0;
  return meant && (meant.isExact || !isLikeCustomer) ? meant : undefined;
}

/** Those of whom there is something to say first. */
function partnerOf({ db }: WhyDeps, { partner, customers }: FoundPartner): NonNullable<WhyView['partner']> {
  const inTrouble = new Set(unresolvedIncidents(db).map(({ customer }) => customer));
  const sorted = customers.toSorted((a, b) => Number(inTrouble.has(b.id)) - Number(inTrouble.has(a.id)));
  return { name: partner.name, customers: sorted.map(({ name }) => name) };
}

function isOnRecord({ db }: WhyDeps, query: string): boolean {
  return unresolvedIncidents(db).some((incident) => isAbout(incident, query, undefined));
}

function nearOf(deps: WhyDeps, { near, more }: Extract<Found, { kind: 'near' }>): NonNullable<WhyView['near']> {
  const named = near.map(({ name, customer }) => ({
    name,
    customerName: customer === undefined ? '' : nameOf(deps, customer),
  }));
  return { named, more };
}

function nameOf(deps: WhyDeps, customer: string): string {
  return customerNameOf(deps, { customer });
}

function isAbout({ subject, customer }: Incident, query: string, asked: string | undefined): boolean {
  if (subject.kind !== 'compromise') return false;
  const name = query.toLowerCase();
  const { senders, logins, clientIps } = subject;
  return (asked !== undefined && customer === asked) || [...senders, ...logins, ...clientIps].includes(name);
}

function isOurAddress({ outboundAddresses }: WhyDeps, query: string): boolean {
  return parseIp(query) !== undefined && outboundAddresses().includes(canonicalIp(query));
}

function isListing({ subject }: Incident, address: string): boolean {
  return subject.kind === 'listing' && subject.entries.some(({ target }) => target === canonicalIp(address));
}

/** The one that somebody resolved last, of the last day: the detection goes on to see for a while what raised the alarm. */
function resolvedAbout(
  { db, now }: WhyDeps,
  query: string,
  customer: string | undefined,
  workspaceUrl: string | undefined,
): Pick<WhyView, 'resolved'> {
  const [latest] = incidentsSince(db, now() - DAY_MS)
    .filter((incident) => incident.state === 'resolved' && isAbout(incident, query, customer))
    .toSorted((a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0));
  return latest ? { resolved: { incident: latest, link: linkTo(latest, workspaceUrl) } } : {};
}

/** What is in force of what was asked for, whatever became of its incident; a suspension is of every sender of its customer. */
function inForceAbout(
  deps: WhyDeps,
  query: string,
  customers: ReadonlySet<string>,
  asked: string | undefined,
  workspaceUrl: string | undefined,
): HeldBack[] {
  const name = query.toLowerCase();
  const owner = deps.ownerOfDomain(name.slice(name.lastIndexOf('@') + 1));
  const isMeant = (row: ContainmentRow, incident: Incident) =>
    (asked !== undefined && row.customer === asked) ||
    [...row.senders, ...row.logins].includes(name) ||
    isAbout(incident, query, undefined) ||
    (row.action === 'suspend-outbound' && (customers.has(row.customer) || row.customer === owner));
  return containmentsInForce(deps.db).flatMap((row) => {
    const incident = findIncident(deps.db, row.incidentId);
    if (!incident || !isMeant(row, incident)) return [];
    return [{ row: withProof(deps, row), incident, link: linkTo(incident, workspaceUrl) }];
  });
}

/** What is held back of what was asked for: of its customer as a whole, of its sender, or of what is behind its entry point. */
function noiseAbout(
  deps: WhyDeps,
  query: string,
  asked: string | undefined,
  known: readonly Explanation[],
): WhyView['noise'] {
  if (teachingsInForce(deps.db, deps.now()).length === 0) return [];
  const names = new Set([query, ...known.map(({ name }) => name)].map((name) => name.toLowerCase()));
  const keys = new Set(known.map(({ customer, entry }) => `${customer}|${entry.kind}:${entry.name}`));
  return readNoise(deps).filter(({ teaching: { customer, key, sender } }) => {
    if (customer === asked || key?.endsWith(`:${query.toLowerCase()}`)) return true;
    if (sender !== null) return names.has(sender);
    return key === null ? known.some((each) => each.customer === customer) : keys.has(key);
  });
}

function volumeOf(deps: WhyDeps, customer: string): Pick<WhyView, 'volume'> {
  const now = deps.now();
  const found = deps.volumeOf(customer, now - DAY_MS, now);
  return found ? { volume: { ...found, customerName: nameOf(deps, customer) } } : {};
}
