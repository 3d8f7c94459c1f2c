// Why a letter to partners is not sent as it was written: the matter has changed since, or the text says what it must not.
import type { Context } from '../context.js';
import type { Incident } from '../incidents/incident.js';
import { type EndedEntry, endedSince, standing } from '../incidents/listings/standing.js';
import { type NoticeTemplate, saysListed } from '../notices/letter.js';
import type { AffectedPartner, NoticePlan } from '../notices/plan.js';
import { andMore } from '../words.js';
import { esc, fitLines } from './messages/text/escape.js';

/** A letter that a person sends in. */
export interface Letter {
  /** What the form was opened for, and when; undefined and NaN of a form that does not say so. */
  kind: string | undefined;
  openedAt: number;
  template: NoticeTemplate;
  /** Who is to get it. */
  partners: readonly AffectedPartner[];
  /** The person has sent it by their own means, so that it is only put on record. */
  isByHand: boolean;
}

export interface Unsent {
  /** For who sent the form; mrkdwn. */
  said: string;
  /** For the record, the thread and the next form: a half sentence. */
  why: string;
  /** Whoever waits for the letter is to know of it. */
  isNews: boolean;
}

/** Why the letter is not sent; undefined when nothing stands against it. What a person has sent by their own means is sent. */
export function whyUnsent(
  ctx: Pick<Context, 'ownerOfDomain'>,
  incident: Incident,
  plan: NoticePlan | undefined,
  letter: Letter,
): Unsent | undefined {
  if (!plan)
    return letter.isByHand ? CHANGED.resolved : (endedMeanwhile(ctx, incident, letter, false) ?? CHANGED.resolved);
  if (plan.kind !== letter.kind) return CHANGED[plan.kind];
  if (letter.isByHand) return undefined;
  return endedMeanwhile(ctx, incident, letter, true) ?? saidToStand(ctx, incident, letter) ?? othersNamed(plan, letter);
}

const AGAIN = 'Press the button again: the form has what you changed, and the text as it is now.';

function endedMeanwhile(
  { ownerOfDomain }: Pick<Context, 'ownerOfDomain'>,
  incident: Incident,
  { kind, openedAt }: Letter,
  hasNext: boolean,
): Unsent | undefined {
  const ended = kind === 'listed' ? endedSince(incident, ownerOfDomain, openedAt) : [];
  if (ended.length === 0) return undefined;
  const said = fitLines(['*Over since you opened the form*:', ...ended.map(endedLine)], 2500);
  return {
    said: `${said}\nNothing was sent.${hasNext ? ` ${AGAIN}` : ''}`,
    why: `${nameOf(ended)} over before it was sent`,
    isNews: true,
  };
}

/** Words that were kept since an earlier press may still name what was over by then. */
function saidToStand(
  { ownerOfDomain }: Pick<Context, 'ownerOfDomain'>,
  incident: Incident,
  { kind, template }: Letter,
): Unsent | undefined {
  if (kind !== 'listed') return undefined;
  const stands = standing(incident);
  const isOver = ({ target, listName }: EndedEntry) =>
    !stands.some((entry) => entry.target === target && entry.listName === listName);
  const ended = endedSince(incident, ownerOfDomain, 0).filter(isOver);
  const said = ended.filter((each) => saysListed(template.body, each));
  if (said.length === 0) return undefined;
  const lines = fitLines(['*The text names as listed what is over*:', ...said.map(endedLine)], 2500);
  return {
    said: `${lines}\nNothing was sent. ${AGAIN} Take such a line out, or write “over since” in it.`,
    why: `${nameOf(said)} over`,
    isNews: false,
  };
}

function endedLine({ target, listName, isOwnBlock }: EndedEntry): string {
  return `• ${esc(target, 80)} ${isOwnBlock ? 'refused by' : 'on'} *${esc(listName, 80)}*`;
}

/** `the listing of 203.0.113.17 on Spamhaus ZEN and 2 more were` */
function nameOf([first, ...more]: readonly EndedEntry[]): string {
  if (!first) return '';
  const { target, listName, isOwnBlock } = first;
  const what = isOwnBlock ? `the block of ${target} by ${listName}` : `the listing of ${target} on ${listName}`;
  return more.length > 0 ? `${what} and ${more.length} more were` : `${what} was`;
}

/** No partner reads of another's customers. What stands in the bot's own letter, such as our name, is nobody's secret. */
function othersNamed({ template, othersIn }: NoticePlan, { template: own, partners }: Letter): Unsent | undefined {
  const textOf = ({ subject, body }: NoticeTemplate) => `${subject}\n${body}`;
  const named = partners.map(({ id, name }) => {
    const ours = new Set(othersIn?.(textOf(template), id));
    return { reader: name, names: (othersIn?.(textOf(own), id) ?? []).filter((each) => !ours.has(each)) };
  });
  const readers = named.filter(({ names }) => names.length > 0);
  if (readers.length === 0) return undefined;
  const names = firstOf([...new Set(readers.flatMap((each) => each.names))]);
  const who = firstOf(readers.map(({ reader }) => reader));
  return {
    said: `The text names *${esc(names, 300)}*, and ${esc(who, 300)} would read of another partner’s customer. Nothing was sent. ${AGAIN} With {customers} each reads of its own.`,
    why: `it names ${names} to ${who}`,
    isNews: false,
  };
}

function firstOf(names: readonly string[]): string {
  return andMore(names.slice(0, 3), names.length);
}

const CHANGED = {
  listed: {
    said: 'It is listed again since you opened the form. Nothing was sent. Press the button again.',
    why: 'it was listed again while the letter was written',
    isNews: true,
  },
  clear: {
    said: 'It was seen clear since you opened the form. Nothing was sent. Press the button again for the other text.',
    why: 'it was seen clear while the letter was written',
    isNews: true,
  },
  resolved: {
    said: 'The incident was marked resolved since you opened the form, and the listing still stands. Nothing was sent.',
    why: 'the incident was marked resolved while the letter was written',
    isNews: true,
  },
};
