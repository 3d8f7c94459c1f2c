// Letters to partners that a person has changed and that could not be sent as they were: what they wrote comes back when they press again.
import { hasWords } from '../notices/letter.js';
import type { NoticePlan } from '../notices/plan.js';
import type { Desk } from './desk.js';
import { textOf } from './form-values.js';
import { section } from './messages/blocks.js';
import { esc, fitLines } from './messages/text/escape.js';
import type { Press, Submission } from './press.js';

type Template = NoticePlan['template'];

/** What of a letter is the person's own, and why it was not sent: a half sentence. */
export interface OwnWords {
  words: Partial<Template>;
  why: string;
}

/** In memory: a restart forgets it, and the form then begins with the text as it is. */
interface Letter {
  kind: NoticePlan['kind'];
  /** The text that the bot proposed when the form was opened. */
  template: Template;
  /** What that text told of as listed. */
  targets: string[];
  own: OwnWords;
}

const letters = new WeakMap<Desk, Map<string, Letter>>();
const MOST_LETTERS = 100;

/** Remembers what a form begins with. */
export function rememberLetter(press: Press, { kind, template, targets }: NoticePlan, own: OwnWords | undefined): void {
  put(press, { kind, template, targets, own: own ?? { words: {}, why: '' } });
}

/**
 * What the letter tells of as listed: what the form told of when it was opened (after a restart, what the letter would tell of now),
 * without what the person has taken out. A text that is left with none of it speaks of all.
 */
export function targetsTold(given: Submission, plan: NoticePlan): string[] {
  const { targets, template } = lettersOf(given).get(nameOf(given)) ?? plan;
  const text = `${textOf(given.values, 'subject')}\n${textOf(given.values, 'body')}`;
  const said = targets.filter((target) => !hasWords(template.body, target) || hasWords(text, target));
  return said.length > 0 ? said : targets;
}

/** What the person wrote in a letter of this kind that was not sent. */
export function ownWords(press: Press, { kind }: NoticePlan): OwnWords | undefined {
  const letter = lettersOf(press).get(nameOf(press));
  return letter?.kind === kind && Object.keys(letter.own.words).length > 0 ? letter.own : undefined;
}

/** Keeps what of the text is not the bot's. */
export function keepWords(given: Submission, why: string): void {
  const letter = lettersOf(given).get(nameOf(given));
  if (!letter) return;
  const { template } = letter;
  const [subject, body] = [textOf(given.values, 'subject'), textOf(given.values, 'body')];
  const words = {
    ...(subject === template.subject.trim() ? {} : { subject }),
    ...(body === template.body.trim() ? {} : { body }),
  };
  put(given, { ...letter, own: { words, why } });
}

export function forgetLetter(given: Submission): void {
  lettersOf(given).delete(nameOf(given));
}

/** Why the form begins with the person's own words, and the text as it is now where they stand in its place. */
export function ownBlocks(own: OwnWords | undefined, { body }: Template) {
  if (!own) return [];
  const head = `:warning: *These are your words of before.* They were not sent: ${esc(own.why, 300)}. Put right what is not true any more.`;
  if (own.words.body === undefined) return [section(head)];
  const now = body.split('\n').map((line) => `> ${esc(line, 300)}`);
  return [section(head), section(fitLines(['*The text as it is now*', ...now], 2500))];
}

function put(press: Press, letter: Letter): void {
  const kept = lettersOf(press);
  kept.delete(nameOf(press));
  kept.set(nameOf(press), letter);
  const [oldest] = kept.keys();
  if (kept.size > MOST_LETTERS && oldest !== undefined) kept.delete(oldest);
}

function lettersOf({ desk }: Press): Map<string, Letter> {
  const kept = letters.get(desk) ?? new Map<string, Letter>();
  letters.set(desk, kept);
  return kept;
}

function nameOf({ incident, actor }: Press): string {
  return `${incident.id}:${actor.id}`;
}
