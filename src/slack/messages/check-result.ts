// The answer to /blcheck: a line that fills while lists answer, then listed first, then what could not be asked, then how many are clear.
import type { ActionsBlockElement, KnownBlock } from '@slack/types';
import type { CheckResult } from '../../blocklists/check.js';
import type { Blocklist } from '../../blocklists/operator.js';
import type { IncidentState } from '../../incidents/incident.js';
import { parseIp } from '../../mail/ip.js';
import { andMore, count } from '../../words.js';
import { actions, button, context, isWebAddress, linkButton, type Message, message, section } from './blocks.js';
import { esc, fitLines } from './text/escape.js';
import { when } from './text/time.js';

export const CHECK_BUTTONS = { share: 'check-share', again: 'check-repeat', open: 'check-open' };

/** What a check is about. */
export interface Asked {
  /** Address, network or domain, as the lists are asked about it. */
  target: string;
  /** The mailbox that was typed, whose domain it is. Hostile text. */
  mailbox?: string;
  /** What the address is that is not on the public internet: `a private address`. */
  use?: string;
  /** One of our outbound addresses, to be asked about in place of such a one. */
  ours?: string;
}

/** A receiver's own block, which no list in the DNS tells of: it shows in what the receiver answers to mail. */
export interface OwnBlock {
  /** Address or domain of ours. */
  target: string;
  receiver: string;
  /** The receiver's own code; '' when it gives none. */
  code: string;
  lastRefusedAt: number;
  incident: { id: number; link: string | undefined };
}

/** A listing that an incident is about already. */
export interface StandingIn {
  target: string;
  list: string;
  incident: { id: number; state: IncidentState; link: string | undefined };
}

/** A finished check, kept for its buttons. */
export interface FinishedCheck extends Asked {
  id: string;
  at: number;
  results: CheckResult[];
  /** Receivers that refuse what was asked about. */
  refusedBy?: OwnBlock[];
  /** Listings of the result that need no new incident. */
  standingIn?: StandingIn[];
}

/** Name, pages and weight of a list, by id. */
export type DescribeList = (id: string, target?: string) => ListWords;

interface ListWords {
  name: string;
  removalUrl?: string;
  lookupUrl?: string;
  impact?: Blocklist['impact'];
  confidence?: Blocklist['confidence'];
}

/** The line that fills: `▰▰▰▱▱▱▱▱▱▱ 18 of 60`. */
export function checkProgress(target: string, done: number, of: number | undefined): Message {
  const filled = of ? Math.floor((10 * done) / of) : 0;
  const bar = '▰'.repeat(filled) + '▱'.repeat(10 - filled);
  const text = `Checking \`${esc(target, 100)}\`  ${bar}${of ? `  ${done} of ${of}` : ''}`;
  return message(text, [section(text)]);
}

/** The result. `sharedBy` makes it the channel's: named, and without the buttons of the person who asked. */
export function checkResult(check: FinishedCheck, describe: DescribeList, sharedBy?: string): Message {
  const listed = check.results.filter(({ verdict }) => verdict === 'listed').sort(byWeight(describe));
  const unsure = check.results.filter(({ verdict }) => verdict === 'refused' || verdict === 'unknown');
  const clear = check.results.filter(({ verdict }) => verdict === 'clear');
  const addresses = addressesOf(check.results);
  const headline = headlineOf(check, listed, unsure);
  const blocks: (KnownBlock | undefined)[] = [
    section(headline),
    ...ownBlocks(check),
    ...aboutTarget(check, listed.length > 0),
    ...standingBlocks(incidentsOf(check)),
    listed.length > 0
      ? section(fitLines(listed.map((result) => listedLine(result, describe, addresses > 1))))
      : undefined,
    unsure.length > 0 ? section(unsureText(unsure, describe, addresses > 1)) : undefined,
    clear.length > 0 ? section(`:white_check_mark: Clear: ${countOf(clear, addresses)}`) : undefined,
    context(`Asked ${when(check.at)}${sharedBy ? ` by ${esc(sharedBy, 60)}` : ' · only you see this'}`),
    buttons(check, listed, describe, sharedBy !== undefined),
  ];
  return message(
    headline,
    blocks.filter((block) => block !== undefined),
  );
}

/** A line for each, whatever the lists say: mail from a clean address comes back all the same. */
function ownBlocks({ target, refusedBy = [] }: FinishedCheck): KnownBlock[] {
  const lines = refusedBy.map(({ target: refused, receiver, code, lastRefusedAt, incident: { id, link } }) => {
    const what = refused === target ? 'mail from it' : `mail from \`${esc(refused, 80)}\``;
    const name = link ? `<${link}|incident ${id}>` : `incident ${id}`;
    const said = code ? ` (${esc(code, 40)})` : '';
    return `:no_entry: *${esc(receiver, 80)} refuses ${what}*${said}, last ${when(lastRefusedAt)}: ${name}`;
  });
  return lines.length > 0 ? [section(fitLines(lines, 1500))] : [];
}

/** The incidents that the listings stand in, once each. */
function incidentsOf({ standingIn = [] }: FinishedCheck): StandingIn['incident'][] {
  return [...new Map(standingIn.map(({ incident }) => [incident.id, incident])).values()];
}

const INCIDENTS_NAMED = 3;

function standingBlocks(incidents: readonly StandingIn['incident'][]): KnownBlock[] {
  if (incidents.length === 0) return [];
  const named = incidents.slice(0, INCIDENTS_NAMED).map(({ id, state, link }) => {
    return `${link ? `<${link}|incident ${id}>` : `incident ${id}`} (${state})`;
  });
  return [section(`:information_source: Stands in ${andMore(named, incidents.length)}`)];
}

/** What nobody is to overlook in a result: that it says nothing, or is about something else than was typed. */
function aboutTarget({ target, mailbox, use, ours }: FinishedCheck, isListed: boolean): KnownBlock[] {
  const name = `\`${esc(target, 100)}\``;
  const instead = ours ? `, \`${esc(ours, 50)}\` for instance` : '';
  if (use)
    return [
      section(
        `${isListed ? `:information_source: ${name} is *${use}*, not on the public internet. ` : ''}What blocklists answer about it means nothing${isLoopback(use) ? ' (127.0.0.2 is on every working list, as a test)' : ''}. Check the address that the mail leaves from${instead}.`,
      ),
    ];
  return mailbox
    ? [
        section(
          `That is the ${parseIp(target) ? 'address' : 'domain'} of \`${esc(mailbox, 100)}\`: blocklists know domains and addresses, no mailboxes.`,
        ),
      ]
    : [];
}

function isLoopback(use: string): boolean {
  return use.includes('loopback');
}

function headlineOf(check: FinishedCheck, listed: CheckResult[], unsure: CheckResult[]): string {
  const { target, use, results } = check;
  const name = `\`${esc(target, 100)}\``;
  if (results.length === 0) return `:grey_question: ${name} could not be asked on any list.`;
  if (listed.length > 0) return `:red_circle: ${listedWords(check, listed)}.`;
  if (use) return `:information_source: ${name} is *${use}*, not on the public internet.`;
  if (unsure.length === results.length)
    return `:grey_question: ${name}: *no list gave an answer*. That is not "clear".`;
  const asked = listsOf(results);
  // Green is for an address that mail can leave from.
  const isRefused = (check.refusedBy ?? []).length > 0;
  const [good, but] = isRefused ? [':red_circle:', ', *but mail from it is refused*'] : [':large_green_circle:', ''];
  if (unsure.length === 0)
    return asked === 1
      ? `${good} ${name} is not on the one list that was asked${but}.`
      : `${good} ${name} is on none of the ${asked} lists that were asked${but}.`;
  const answered = listsOf(results.filter(({ verdict }) => verdict === 'clear'));
  const nowhere = answered === 1 ? 'is not on the one list' : `is on none of the ${answered} lists`;
  const couldNot = `*${count(listsOf(unsure), 'list')} could not tell*`;
  return `${isRefused ? good : ':white_circle:'} ${name} ${nowhere} that answered, ${couldNot}${but}.`;
}

/** `x is listed on 2 of 60 lists`; of a network, how many of its addresses are. */
function listedWords({ target, results }: FinishedCheck, listed: CheckResult[]): string {
  const name = `\`${esc(target, 100)}\``;
  const asked = listsOf(results);
  const where = asked === 1 ? 'the one list that was asked' : `${listsOf(listed)} of ${asked} lists`;
  const [some, all] = [addressesOf(listed), addressesOf(results)];
  return all === 1
    ? `${name} is *listed* on ${where}`
    : `${some} of ${all} addresses of ${name} ${some === 1 ? 'is' : 'are'} *listed*, on ${where}`;
}

function listsOf(results: readonly CheckResult[]): number {
  return new Set(results.map(({ list }) => list)).size;
}

function addressesOf(results: readonly CheckResult[]): number {
  return new Set(results.map(({ target }) => target)).size;
}

function listedLine(result: CheckResult, describe: DescribeList, withTarget: boolean): string {
  const { name: listName, confidence } = describe(result.list, result.target);
  const name = `*${esc(listName, 80)}*${confidence === 'low' ? ', a list of little weight' : ''}`;
  const meaning = result.meanings.length > 0 ? ` · ${esc(result.meanings.join('; '), 150)}` : '';
  const reason = result.text ? `\n> ${esc(result.text, 200)}` : '';
  const target = withTarget ? `\`${esc(result.target, 50)}\` ` : '';
  const codes = result.codes.length > 0 ? ` (${esc(result.codes.join(', '), 80)})` : '';
  return `:red_circle: ${target}${name}${codes}${meaning}${reason}`;
}

const WEIGHTS = ['critical', 'high', 'medium', 'low'];

/** What costs most mail first: a long answer is cut at its end. */
function byWeight(describe: DescribeList): (a: CheckResult, b: CheckResult) => number {
  const weights = new Map<string, number>();
  const weightOf = ({ list }: CheckResult) => {
    const known = weights.get(list);
    if (known !== undefined) return known;
    const { impact = 'medium', confidence } = describe(list);
    const weight = WEIGHTS.indexOf(impact) + (confidence === 'low' ? WEIGHTS.length : 0);
    weights.set(list, weight);
    return weight;
  };
  return (a, b) => weightOf(a) - weightOf(b) || (a.list < b.list ? -1 : a.list > b.list ? 1 : 0);
}

/** Lists named for one reason; more are counted. */
const MOST_NAMED = 8;

/** Grouped by reason: when the DNS server fails, sixty lists give the same one. */
function unsureText(unsure: CheckResult[], describe: DescribeList, withCount: boolean): string {
  const groups = new Map<string, CheckResult[]>();
  for (const result of unsure) {
    const { verdict, meanings } = result;
    const why = `${verdict === 'refused' ? 'refused' : 'unknown'}, ${esc(meanings[0] ?? 'no answer', 150)}`;
    const group = groups.get(why);
    if (group) group.push(result);
    else groups.set(why, [result]);
  }
  const lines = [...groups].map(([why, results]) => {
    const of = withCount ? ` (${count(addressesOf(results), 'address', 'addresses')})` : '';
    return `:grey_question: ${namesOf(results.sort(byWeight(describe)), describe)}: ${why}${of}`;
  });
  return fitLines(['Could not tell (this is *not* clear):', ...lines], 2500);
}

function namesOf(results: readonly CheckResult[], describe: DescribeList): string {
  const ids = [...new Set(results.map(({ list }) => list))];
  const named = ids.slice(0, MOST_NAMED).map((id) => `*${esc(describe(id).name, 80)}*`);
  const more = ids.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${count(more, 'more list', 'more lists')}` : named.join(', ');
}

function countOf(clear: CheckResult[], addresses: number): string {
  const lists = count(listsOf(clear), 'list');
  return addresses > 1 ? `${count(clear.length, 'answer')} from ${lists}` : lists;
}

function buttons(
  check: FinishedCheck,
  listed: CheckResult[],
  describe: DescribeList,
  isShared: boolean,
): KnownBlock | undefined {
  const own: ActionsBlockElement[] = [
    button({ action: CHECK_BUTTONS.again, label: 'Check again', value: check.id }),
    button({ action: CHECK_BUTTONS.share, label: 'Share to channel', value: check.id }),
  ];
  const standing = new Set((check.standingIn ?? []).map(({ target, list }) => `${target} ${list}`));
  const isNew = listed.some(({ target, list }) => !standing.has(`${target} ${list}`));
  const open =
    isNew && check.use === undefined
      ? [button({ action: CHECK_BUTTONS.open, label: 'Open incident', value: check.id, style: 'primary' })]
      : [];
  const goTo = incidentsOf(check)
    .slice(0, INCIDENTS_NAMED)
    .flatMap(({ id, link }) => (link ? linkButton(`incident-${id}`, `Go to incident ${id}`, link) : []));
  const elements = [...goTo, ...(isShared ? [] : [...open, ...own]), ...pages(listed, describe)];
  return elements.length > 0 ? actions(`check-${check.id}`, elements) : undefined;
}

/** Links to the lists' own pages, at most three. */
function pages(listed: CheckResult[], describe: DescribeList): ActionsBlockElement[] {
  const links = new Map<string, ActionsBlockElement>();
  for (const { list, target } of listed) {
    const { name, removalUrl, lookupUrl } = describe(list, target);
    const url = removalUrl ?? lookupUrl;
    if (isWebAddress(url) && !links.has(url))
      links.set(url, linkButton(`list-${links.size}`, `${removalUrl ? 'Removal' : 'Details'}: ${name}`, url));
  }
  return [...links.values()].slice(0, 3);
}
