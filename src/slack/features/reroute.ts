// Re-route Hotmail: a customer's mail to Microsoft's consumer domains leaves over an address that is not listed.
import type { MultiStaticSelect, RadioButtons } from '@slack/types';
import type { Route } from '../../config.js';
import { contain } from '../../incidents/contain.js';
import { customersHit, type ListingSubject } from '../../incidents/incident.js';
import { auditSubject } from '../../incidents/record.js';
import type { Run } from '../../incidents/running.js';
import { containmentsInForce, inForceOf, unresolvedIncidents } from '../../incidents/store.js';
import { isObeyed } from '../../incidents/targets.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import { utc } from '../../words.js';
import { record } from '../authorize.js';
import { tell } from '../desk.js';
import { textOf, type Values } from '../form-values.js';
import { option, plainText, section } from '../messages/blocks.js';
import { confirmForm } from '../messages/consequences.js';
import { form } from '../messages/modals.js';
import { privateNote } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import {
  decisionOf,
  formState,
  isOutdated,
  openForm,
  openFormUnlessOutdated,
  type Press,
  type Submission,
  settle,
} from '../press.js';
import { readPart, readRun } from '../read.js';
import { readCard } from '../read-card.js';
import type { Feature } from './feature.js';

const FORM = 'reroute';
/** Slack's most for one menu, and for radio buttons. */
const MOST_CUSTOMERS = 100;
const MOST_ROUTES = 10;
const DAY_MS = 86_400_000;

export const reroute: Feature = {
  name: 'Re-route Hotmail',
  help: "sends a customer's Hotmail, Outlook.com, Live and MSN mail over a clean address",
  steps: [{ verb: 'reroute', right: 'reroute', act: start, fromMenu: ask }],
  forms: [{ id: FORM, right: 'reroute', act: finish, check }],
};

function check({ customers }: Values): Record<string, string> {
  return customers?.length === 0 ? { customers: 'Choose at least one customer.' } : {};
}

/** An entry of the menu, unlike the button, was not confirmed yet. When somebody was faster, the decision itself says so. */
async function ask(press: Press): Promise<void> {
  const { desk, incident } = press;
  const isToConfirm = incident.kind === 'compromise' && desk.ctx.cleanRoutes().length > 0 && !isOutdated(press);
  if (!isToConfirm) return start(press);
  const view = readCard(desk.ctx, incident.id);
  if (view) await openForm(press, confirmForm(view, FORM, formState(press)));
}

/** A compromise names its customer; a listing has to be asked whose mail. */
function start(press: Press): Promise<void> {
  const routes = press.desk.ctx.cleanRoutes();
  const [route] = routes;
  const { subject } = press.incident;
  if (!route) return refuseWithoutRoute(press);
  if (subject.kind === 'compromise') return ofCompromise(press, route);
  return openFormUnlessOutdated(press, () => customersOf(press, subject, routes));
}

function ofCompromise(press: Press, { name }: Route): Promise<void> {
  return settle(press, contain(press.desk.ctx, { ...decisionOf(press), action: 'reroute', route: name }));
}

async function customersOf(press: Press, subject: ListingSubject, routes: Route[]) {
  const candidates = candidatesOf(press, subject, await sendersToday(press));
  return candidates.length > 0
    ? customerForm(press, candidates, routes)
    : privateNote(':information_source: Every customer is re-routed already, or none is known. Nothing was changed.');
}

async function finish(given: Submission): Promise<void> {
  const { desk, values } = given;
  const routes = desk.ctx.cleanRoutes();
  const route = routes.find(({ name }) => name === textOf(values, 'route')) ?? (values.route ? undefined : routes[0]);
  if (!route) return routes.length > 0 ? refuseListedRoute(given) : refuseWithoutRoute(given);
  if (given.incident.subject.kind === 'compromise') return ofCompromise(given, route);
  const customers = chosenCustomers(values).filter((id) => desk.ctx.customer(id) !== undefined);
  await settle(given, contain(desk.ctx, { ...decisionOf(given), action: 'reroute', route: route.name, customers }));
}

/** It was clean when the form was opened, and another still is. */
async function refuseListedRoute(given: Submission): Promise<void> {
  const name = textOf(given.values, 'route');
  const why = `the route ${name} sends from an address that is listed by now`;
  await recordRefusal(given, why);
  const text = `:octagonal_sign: *${esc(name, 40)} is no clean route any more*: it has been listed since the form was opened.\nNothing was re-routed. Press *Re-route Hotmail* again, and choose another.`;
  await tell(given.desk, given.reply, privateNote(text));
}

function recordRefusal({ desk, incident, verb, actor }: Press, why: string): Promise<void> {
  const subject = auditSubject(incident.id);
  return record(desk.ctx, { at: desk.ctx.now(), actor, verb, subject, outcome: 'refused', details: { why } });
}

/** No clean way is left: moving the mail would only burn another address. Loud, and on record. */
async function refuseWithoutRoute(press: Press): Promise<void> {
  const { desk, reply } = press;
  const { routes } = desk.ctx.config;
  const why =
    routes.length === 0
      ? 'none is set up'
      : routes.length === 1
        ? 'the one there is sends from an address that is listed now'
        : `each of the ${routes.length} sends from an address that is listed now`;
  await recordRefusal(press, why);
  const names = routes.map(({ name }) => esc(name, 40)).join(', ');
  const text = `:octagonal_sign: *No clean route is left*: ${why}${names ? ` (${names})` : ''}.\nNothing was re-routed. Get one delisted first, or stop the cause: block or suspend it.`;
  await tell(desk, reply, privateNote(text));
}

/** Customers with mail in the last day. The sum over all of them takes long: Postfix has its turn in between. */
async function sendersToday({ desk: { ctx } }: Press): Promise<string[]> {
  const now = ctx.now();
  const volumes = await ctx.volumesInTurns(now - DAY_MS, now);
  return volumes.map(({ customer }) => customer);
}

/** Customers the listing hit first, then the others with mail today; without those re-routed by this incident already. */
function candidatesOf({ desk, incident }: Press, subject: ListingSubject, senders: readonly string[]): string[] {
  const inForce = inForceOf(desk.ctx.db, incident.id).filter(({ action }) => action === 'reroute');
  const done = new Set(inForce.map(({ customer }) => customer));
  const all = new Set([...customersHit(subject), ...senders]);
  return [...all]
    .filter((id) => !done.has(id) && id !== UNATTRIBUTED && desk.ctx.customer(id) !== undefined)
    .slice(0, MOST_CUSTOMERS);
}

function customerForm(press: Press, candidates: string[], routes: Route[]) {
  const { desk, incident } = press;
  const hit = incident.subject.kind === 'listing' ? new Set(customersHit(incident.subject)) : new Set<string>();
  const unheld = unheldCustomers(press);
  const suspended = suspendedCustomers(press);
  const remark = (id: string) => {
    const theirs = unheld.get(id);
    if (theirs) return unheldWords(theirs);
    if (suspended.has(id)) return 'suspended: none of its mail leaves';
    return hit.has(id) ? 'refused by this listing' : undefined;
  };
  const options = candidates.map((id) => option(desk.ctx.customerName(id), id, remark(id)));
  const isWise = (id: string) => hit.has(id) && !unheld.has(id) && !suspended.has(id);
  const initial = options.filter(({ value = '' }) => isWise(value));
  const customers: MultiStaticSelect = {
    type: 'multi_static_select',
    action_id: 'customers',
    options,
    ...(initial.length > 0 ? { initial_options: initial } : {}),
  };
  const ways = routes
    .slice(0, MOST_ROUTES)
    .map(({ name, outboundIp }) => option(outboundIp ? `${name} (from ${outboundIp})` : name, name));
  const [first] = ways;
  const radio: RadioButtons = {
    type: 'radio_buttons',
    action_id: 'route',
    options: ways,
    ...(first ? { initial_option: first } : {}),
  };
  return form({
    id: FORM,
    title: 'Re-route Hotmail',
    submit: 'Re-route',
    state: formState(press),
    blocks: [
      section(
        'Their mail to Hotmail, Outlook.com, Live and MSN leaves over the route chosen, until somebody lifts it.',
      ),
      { type: 'input', block_id: 'customers', label: plainText('Whose mail'), element: customers },
      { type: 'input', block_id: 'route', label: plainText('Over which route'), element: radio },
    ],
  });
}

/** Whether the mail of an open incident goes on, and whether some of it is blocked. */
interface Unheld {
  run: Run | undefined;
  isPart: boolean;
}

/** Customers whose spam is not held back, or in part alone, with what their mail does: over the clean route it would get that address listed too. */
function unheldCustomers({ desk: { ctx } }: Press): Map<string, Unheld[]> {
  const unheld = new Map<string, Unheld[]>();
  for (const incident of unresolvedIncidents(ctx.db)) {
    const { kind, state, customer } = incident;
    if (kind !== 'compromise' || state !== 'open') continue;
    const one = { run: readRun(ctx, incident), isPart: readPart(ctx, incident) !== undefined };
    unheld.set(customer, [...(unheld.get(customer) ?? []), one]);
  }
  return unheld;
}

/** Once the suspension is lifted their mail would go over the clean route unseen. One that the relays do not obey suspends nobody. */
function suspendedCustomers({ desk: { ctx } }: Press): Set<string> {
  const suspended = containmentsInForce(ctx.db).filter((row) => row.action === 'suspend-outbound' && isObeyed(row));
  return new Set(suspended.map(({ customer }) => customer));
}

/** Slack shows 75 characters, and no time of the reader's zone. */
function unheldWords(unheld: readonly Unheld[]): string {
  const runs = unheld.map(({ run }) => run);
  const how = unheld.every(({ isPart }) => isPart) ? 'blocked in part' : 'nothing holds it back';
  if (runs.some((run) => run?.state === 'on' || run?.state === 'tried'))
    return 'sends spam now: block it first, or the clean address is listed next';
  const silent = runs.flatMap((run) => (run?.state === 'silent' ? run.lastAt : []));
  return silent.length === runs.length
    ? `open, ${how}; silent since ${utc(Math.max(...silent))}`
    : `open, ${how}; whether it sends now is not known`;
}

function chosenCustomers(values: Values): string[] {
  return Array.isArray(values.customers) ? values.customers : [];
}
