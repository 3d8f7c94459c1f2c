// Block Kit in the few forms this house uses, within Slack's limits. Callers pass text that is escaped already where it is mrkdwn.
import type {
  ActionsBlock,
  ActionsBlockElement,
  Button,
  ConfirmationDialog,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  InputBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
} from '@slack/types';
import { asTyped, plain, quoted, withoutTurns } from './text/escape.js';
import { spoken } from './text/spoken.js';

/** What is posted: `text` is the notification and what a screen reader says; `blocks` is what is seen. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** A message whose text is read out as plain words; `text` may be mrkdwn. */
export function message(text: string, blocks: KnownBlock[]): Message {
  return { text: spoken(text), blocks };
}

/** A line of ours, and below it what a person said. */
export function withWords(line: string, words: string, max: number): Message {
  return message(`${line}\n${quoted(words, max)}`, [section(line), ...quotation(words, max)]);
}

/** What a person said, `max` characters of it, as it was typed; nothing where that says nothing. */
export function quotation(words: string, max: number): SectionBlock[] {
  const typed = asTyped(words, max);
  const text: PlainTextElement = { type: 'plain_text', text: `“${typed}”`, emoji: false };
  return typed === '' ? [] : [{ type: 'section', text, expand: true }];
}

/** Text that is shown as it is; cut to fit. */
export function plainText(text: string, max = 75): PlainTextElement {
  return { type: 'plain_text', text: plain(text, max) || '–', emoji: false };
}

function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text: text || '–', verbatim: true };
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plainText(text, 150) };
}

export function section(text: string): SectionBlock {
  return { type: 'section', text: mrkdwn(text), expand: true };
}

export function context(...texts: string[]): ContextBlock {
  return { type: 'context', elements: texts.slice(0, 10).map(mrkdwn) };
}

export function divider(): DividerBlock {
  return { type: 'divider' };
}

export function actions(blockId: string, elements: ActionsBlockElement[]): ActionsBlock {
  return { type: 'actions', block_id: blockId, elements: elements.slice(0, 25) };
}

/** Slack refuses a message whose blocks are longer than some 13,000 characters altogether; it documents no figure. */
const MOST_CHARACTERS = 11_800;

/** Joins the three; when that is more than Slack takes, the last of the middle ones stay away, but for the first. */
export function fitBlocks(
  before: readonly KnownBlock[],
  middle: readonly KnownBlock[],
  after: readonly KnownBlock[],
): KnownBlock[] {
  const kept = [...middle];
  const all = () => [...before, ...kept, ...after];
  while (kept.length > 1 && JSON.stringify(all()).length > MOST_CHARACTERS) kept.pop();
  return all();
}

/** The first of the parts that fit between the two, and how many do not. */
export function fitParts(
  before: readonly KnownBlock[],
  parts: readonly KnownBlock[],
  after: readonly KnownBlock[],
): { shown: KnownBlock[]; left: number } {
  const kept = fitBlocks(before, parts, after).length - before.length - after.length;
  return { shown: parts.slice(0, kept), left: parts.length - kept };
}

interface ButtonShape {
  action: string;
  label: string;
  value: string;
  style?: 'primary' | 'danger' | undefined;
  confirm?: ConfirmationDialog | undefined;
}

export function button({ action, label, value, style, confirm }: ButtonShape): Button {
  return {
    type: 'button',
    action_id: action,
    text: plainText(label),
    value,
    ...(style ? { style } : {}),
    ...(confirm ? { confirm } : {}),
  };
}

/** Action id of link buttons starts with this; pressing one only opens the page. */
export const LINK_PREFIX = 'link-';

/** A button that opens a page. Only for addresses from our own catalogue or of our own making. */
export function linkButton(id: string, label: string, url: string): Button {
  return { type: 'button', action_id: `${LINK_PREFIX}${id}`, text: plainText(label), url };
}

export function confirm(title: string, text: string, yes: string): ConfirmationDialog {
  return {
    title: plainText(title, 100),
    text: plainText(text, 300),
    confirm: plainText(yes, 30),
    deny: plainText('Not now', 30),
  };
}

export function option(label: string, value: string, description?: string): PlainTextOption {
  return { text: plainText(label), value, ...(description ? { description: plainText(description) } : {}) };
}

interface TextInput {
  id: string;
  label: string;
  initial?: string | undefined;
  placeholder?: string;
  hint?: string;
  isOptional?: boolean;
  /** One line, or several. */
  isShort?: boolean;
  /** Most characters; of a long text, which is read and changed before it goes out, the lines are kept. */
  most?: number;
}

/** Slack's most for one input. */
export const MOST_INPUT = 3000;
const ORDINARY = 1000;

/** A text to be given, of at least three characters unless it may be left out. */
export function textInput(input: TextInput): InputBlock {
  const { id, label, placeholder, hint, isOptional = false, isShort = false, most = ORDINARY } = input;
  const initial = initialOf(input.initial ?? '', most);
  return {
    type: 'input',
    block_id: id,
    ...(isOptional ? { optional: true } : {}),
    label: plainText(label),
    ...(hint ? { hint: plainText(hint, 150) } : {}),
    element: {
      type: 'plain_text_input',
      action_id: id,
      ...(isShort ? {} : { multiline: true }),
      ...(isOptional ? {} : { min_length: 3 }),
      max_length: most,
      ...(initial ? { initial_value: initial } : {}),
      ...(placeholder ? { placeholder: plainText(placeholder, 150) } : {}),
    },
  };
}

/** A short text leaves room to add to it. */
function initialOf(text: string, most: number): string {
  if (most <= ORDINARY) return plain(text, Math.round(0.9 * most));
  const kept = withoutTurns(text.replace(/[^\P{Cc}\n]/gu, '')).slice(0, most);
  // Not in the middle of a character.
  return kept.replace(/[\uD800-\uDBFF]$/, '');
}

/** A part of a whole, 0..1: `4 %`, `0.4 %`, `under 0.1 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return 'under 0.1 %';
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`;
}

/** Reports whether a page may be offered as a link: ours to give, and the web. */
export function isWebAddress(url: string | undefined): url is string {
  return url !== undefined && url.length <= 3000 && /^https?:\/\/[^\s<>|]+$/.test(url);
}
