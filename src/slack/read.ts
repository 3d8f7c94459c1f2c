// What several messages show alike: a containment with its proof, a customer's name, links. Never waits for anything outside.
import { isLifted } from '../containment/containment.js';
import type { Context, ListingReaders, TrafficReaders } from '../context.js';
import type { Incident } from '../incidents/incident.js';
import { behindOf, type Run, runOf } from '../incidents/running.js';
import { type ContainmentRow, findIncident, holdsOn, suspensionsByOthers } from '../incidents/store.js';
import { blockTargets, isObeyed, type Owners, type PartBlock, partBlock } from '../incidents/targets.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import type { ContainmentView, SuspensionView } from './messages/containment-lines.js';

export type ReadDeps = Pick<
  Context,
  | 'db'
  | 'now'
  | 'customer'
  | 'customerName'
  | 'learnedOf'
  | 'ownerOfDomain'
  | 'partnerOf'
  | 'hits'
  | 'health'
  | 'cleanRoutes'
> &
  ListingReaders &
  TrafficReaders & {
    /** `https://….slack.com/` once known. */
    workspaceUrl?: () => string | undefined;
  };

const NOBODYS = 'an unknown customer';

type ProofDeps = Pick<Context, 'db' | 'customerName' | 'hits' | 'learnedOf'>;

/** A containment with its customer's name and the live count of what it did. */
export function withProof(deps: ProofDeps, row: ContainmentRow): ContainmentView {
  const live = isLifted(row) ? { hits: 0 } : deps.hits(row.id);
  return {
    ...row,
    customerName: containedName(deps, row),
    hits: Math.max(row.hits, live.hits),
    lastHitAt: live.lastHitAt ?? row.lastHitAt,
  };
}

/** Of mail that was nobody's when it was blocked, whose it is by what was learned of its addresses since. */
function containedName(deps: ProofDeps, { customer, incidentId }: ContainmentRow): string {
  if (customer !== UNATTRIBUTED) return deps.customerName(customer);
  const subject = findIncident(deps.db, incidentId)?.subject;
  const addresses = subject?.kind === 'compromise' ? subject.clientIps : [];
  const [learned, ...others] = new Set(addresses.map((address) => deps.learnedOf(address)));
  return learned === undefined || others.length > 0 ? NOBODYS : `${deps.customerName(learned)}, by its address`;
}

/** Suspensions that the relays obey and that were placed on another incident of the customer: they hold this one's mail back, too. */
export function readSuspensions(
  deps: ProofDeps & { workspaceUrl?: () => string | undefined },
  incident: Incident,
): SuspensionView[] {
  const inForce = suspensionsByOthers(deps.db, incident).filter((row) => !isLifted(row) && isObeyed(row));
  return inForce.map((row) => {
    const on = findIncident(deps.db, row.incidentId);
    return { ...withProof(deps, row), link: on && linkTo(on, deps.workspaceUrl?.()) };
  });
}

/** Whether the mail of an incident goes on; see incidents/running.ts. */
export function readRun(
  { db, now, hits, health }: Pick<Context, 'db' | 'now' | 'hits' | 'health'>,
  incident: Incident,
): Run | undefined {
  const rows = holdsOn(db, incident).map((row) => ({
    ...row,
    lastHitAt: hits(row.id).lastHitAt ?? row.lastHitAt,
  }));
  return runOf(incident, rows, now(), behindOf(health()));
}

/** How much of an incident the blocks in force take, where some of its mail passes. */
export function readPart(deps: Pick<Context, 'db'> & Owners, incident: Incident): PartBlock | undefined {
  return partBlock(incident, blockTargets(incident, deps), holdsOn(deps.db, incident));
}

/** Whose mail it is, for people; '' for a listing, which is about ours. */
export function customerNameOf(deps: Pick<Context, 'customerName'>, { customer }: Pick<Incident, 'customer'>): string {
  if (customer === null) return '';
  return customer === UNATTRIBUTED ? NOBODYS : deps.customerName(customer);
}

/** Name of the customer whose domain it is; '' when nobody's. */
export function ownerName(deps: Pick<Context, 'customerName' | 'ownerOfDomain'>): (domain: string) => string {
  return (domain) => {
    const owner = deps.ownerOfDomain(domain);
    return owner === undefined ? '' : deps.customerName(owner);
  };
}

/** Address of an incident's root message in Slack; undefined until it is posted. `workspaceUrl` ends with a slash. */
export function linkTo(
  { channel, messageTs }: Pick<Incident, 'channel' | 'messageTs'>,
  workspaceUrl: string | undefined,
): string | undefined {
  if (!workspaceUrl || !messageTs || !/^[CGD][A-Z0-9]+$/.test(channel)) return undefined;
  return `${workspaceUrl}archives/${channel}/p${messageTs.replace('.', '')}`;
}

/** A channel as people know it: a link for an id, the name otherwise. */
export function channelLink(channel: string): string {
  return /^[CGD][A-Z0-9]{2,}$/.test(channel) ? `<#${channel}>` : `#${channel.replace(/^#/, '')}`;
}
