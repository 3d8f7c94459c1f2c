// Reads what messages show out of the database and the live counters. Never waits for anything outside.
import type { Context } from '../context.js';
import { customersHit, type Incident } from '../incidents/incident.js';
import { type ContainmentRow, containmentsOf, findIncident, listingsOf } from '../incidents/store.js';
import { blockTargets } from '../incidents/targets.js';
import { UNATTRIBUTED } from '../partners/attribution.js';
import type { CardView, ContainmentView } from './messages/card.js';

export type ReadDeps = Pick<
  Context,
  'db' | 'now' | 'customer' | 'customerName' | 'ownerOfDomain' | 'partnerOf' | 'hits' | 'volumes' | 'cleanRoutes'
>;

const DAY_MS = 86_400_000;

/** The card of an incident as things are now; undefined when there is no such incident. */
export function readCard(deps: ReadDeps, incidentId: number): CardView | undefined {
  const incident = findIncident(deps.db, incidentId);
  if (!incident) return undefined;
  const [listing] = incident.kind === 'listing' ? listingsOf(deps.db, incident.id) : [];
  return {
    incident,
    containments: containmentsOf(deps.db, incident.id).map((row) => withProof(deps, row)),
    customerName: customerNameOf(deps, incident),
    partnerName: incident.customer ? deps.partnerOf(incident.customer)?.name : undefined,
    messagesPerDay: messagesPerDay(deps, incident),
    hitNames: incident.subject.kind === 'listing' ? customersHit(incident.subject).map(deps.customerName) : [],
    clearedAt: listing?.clearedBy ? undefined : (listing?.clearedAt ?? undefined),
    targets: blockTargets(incident, deps),
    routeName: deps.cleanRoutes()[0]?.name,
  };
}

/** A containment with its customer's name and the live count of what it did. */
export function withProof(deps: Pick<Context, 'customerName' | 'hits'>, row: ContainmentRow): ContainmentView {
  const live = row.liftedAt === null ? deps.hits(row.id) : { hits: 0 };
  return {
    ...row,
    customerName: deps.customerName(row.customer),
    hits: Math.max(row.hits, live.hits),
    lastHitAt: live.lastHitAt ?? row.lastHitAt,
  };
}

export function customerNameOf(deps: Pick<Context, 'customerName'>, { customer }: Pick<Incident, 'customer'>): string {
  if (customer === null) return '';
  return customer === UNATTRIBUTED ? 'an unknown customer' : deps.customerName(customer);
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

function messagesPerDay(deps: ReadDeps, { customer }: Incident): number | undefined {
  if (!customer) return undefined;
  const now = deps.now();
  return deps.volumes(now - DAY_MS, now).find((volume) => volume.customer === customer)?.messages;
}
