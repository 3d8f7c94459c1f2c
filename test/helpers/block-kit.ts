// Slack's limits on what a message, modal or Home tab may hold (docs.slack.dev, @slack/types), read apart from the stand-in's own check.
const TEXT_MAX: Record<string, number> = { header: 150 };
const MAX_BLOCKS = { message: 50, modal: 100, home: 100 };
/** Below the undocumented size at which Slack answers msg_blocks_too_long. */
const MAX_MESSAGE = 12_000;

type Json = Record<string, unknown>;

/** Marks that make a name read otherwise than it is. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Everything that Slack would not take, as sentences; empty when it is fine. */
export function faultsOf(surface: keyof typeof MAX_BLOCKS, blocks: readonly unknown[], text?: string): string[] {
  const faults: string[] = [];
  const say = (where: string, what: string) => faults.push(`${where}: ${what}`);
  if (surface === 'message' && !text) say('text', 'is missing: notifications and screen readers have nothing');
  if (text !== undefined && text.length > 4000) say('text', `${text.length} characters`);
  if (blocks.length > MAX_BLOCKS[surface]) say('blocks', `${blocks.length} of them`);
  if (blocks.filter((block) => (block as Json).type === 'table').length > 1) say('blocks', 'more than one table');
  if (surface === 'message' && JSON.stringify(blocks).length > MAX_MESSAGE) say('blocks', 'too long altogether');
  if (TURNING.test(`${text ?? ''}${shownOf(blocks)}`)) say('blocks', 'turn text round');
  for (const [i, block] of blocks.entries()) checkBlock(block as Json, `${i}`, say);
  repeated(
    blocks.map((block) => (block as Json).block_id),
    (id) => say('block_id', `${id} twice`),
  );
  return faults;
}

/** Faults of a modal or Home view. */
export function viewFaults(view: unknown): string[] {
  const { type, title, submit, close, private_metadata: state, callback_id: id, blocks } = view as Json;
  const faults = faultsOf(type as 'modal' | 'home', blocks as unknown[]);
  for (const text of [title, submit, close]) {
    if (text !== undefined && String((text as Json).text).length > 24)
      faults.push(`view: "${(text as Json).text}" over 24`);
  }
  if (String(state ?? '').length > 3000) faults.push('view: private_metadata over 3000');
  if (String(id ?? '').length > 255) faults.push('view: callback_id over 255');
  return faults;
}

/** Everything but what a button or choice only carries. */
function shownOf(blocks: readonly unknown[]): string {
  return JSON.stringify(blocks, (key, value: unknown) => (key === 'value' ? undefined : value));
}

type Say = (where: string, what: string) => void;

function checkBlock(block: Json, at: string, say: Say): void {
  const type = String(block.type);
  const where = `${at} ${type}`;
  if (!['header', 'section', 'context', 'actions', 'divider', 'input', 'table'].includes(type))
    say(where, 'not in the core path');
  limit(block.block_id, 255, `${where} block_id`, say);
  if (block.text) checkText(block.text as Json, TEXT_MAX[type] ?? 3000, where, say);
  checkAll(block.fields, 10, 2000, `${where} fields`, say);
  if (type === 'context') checkAll(block.elements, 10, 3000, `${where} elements`, say);
  if (type === 'actions') {
    const elements = block.elements as Json[];
    if (elements.length < 1 || elements.length > 25) say(where, `${elements.length} elements`);
    for (const element of elements) checkElement(element, `${where} ${element.action_id}`, say);
    repeated(
      elements.map(({ action_id: id }) => id),
      (id) => say(where, `action_id ${id} twice`),
    );
    if (elements.filter(({ style }) => style === 'primary').length > 1) say(where, 'more than one primary button');
  }
  if (type === 'input') {
    checkText(block.label as Json, 2000, `${where} label`, say);
    checkElement(block.element as Json, `${where} element`, say);
  }
  if (type === 'table') checkTable(block.rows as Json[][], where, say);
}

function checkAll(value: unknown, most: number, max: number, where: string, say: Say): void {
  if (value === undefined) return;
  const texts = value as Json[];
  if (texts.length < 1 || texts.length > most) say(where, `${texts.length} of them`);
  for (const text of texts) checkText(text, max, where, say);
}

function checkText(text: Json, max: number, where: string, say: Say): void {
  const value = String(text.text ?? '');
  if (value === '') say(where, 'empty text');
  if (value.length > max) say(where, `${value.length} characters, ${max} at most`);
  if (/[\p{Cs}]/u.test(value)) say(where, 'half a character');
  if (text.type === 'mrkdwn' && text.verbatim !== true) say(where, 'mrkdwn without verbatim');
  if (text.type === 'mrkdwn') checkTokens(value, where, say);
  if (text.type === 'plain_text' && /[<>]/.test(value)) say(where, `angle brackets in plain text: ${value}`);
}

/** Only our own tokens: dates, channels, and links to our own places. An entity is never cut. */
export function checkTokens(value: string, where: string, say: Say): void {
  for (const [token] of value.matchAll(/<[^>]*>?/g)) {
    const isOurs = /^<(!date\^\d+\^[^|>]+\|[^>]+|#[A-Z0-9]+|https:\/\/[^|>\s]+\|[^>]+|mailto:[^|>\s]+\|[^>]+)>$/.test(
      token,
    );
    if (!isOurs) say(where, `token ${token}`);
  }
  if (/&(?!amp;|lt;|gt;)/.test(value)) say(where, `bare or cut entity in ${value.slice(-40)}`);
}

function checkElement(element: Json, where: string, say: Say): void {
  limit(element.action_id, 255, `${where} action_id`, say);
  limit(element.value, 2000, `${where} value`, say);
  limit(element.url, 3000, `${where} url`, say);
  limit(element.initial_value, 3000, `${where} initial_value`, say);
  if (element.type === 'button') checkText(element.text as Json, 75, `${where} text`, say);
  const confirm = element.confirm as Json | undefined;
  if (confirm) {
    checkText(confirm.title as Json, 100, `${where} confirm title`, say);
    checkText(confirm.text as Json, 300, `${where} confirm text`, say);
    for (const part of ['confirm', 'deny']) checkText(confirm[part] as Json, 30, `${where} ${part}`, say);
  }
  const most = { overflow: 5, radio_buttons: 10, checkboxes: 10 }[String(element.type)] ?? 100;
  const options = element.options as Json[] | undefined;
  if (!options) return;
  if (options.length < 1 || options.length > most) say(where, `${options.length} options`);
  for (const option of options) {
    checkText(option.text as Json, 75, `${where} option`, say);
    if (option.description) checkText(option.description as Json, 75, `${where} description`, say);
    limit(option.value, 150, `${where} option value`, say);
  }
}

function checkTable(rows: Json[][], where: string, say: Say): void {
  if (rows.length > 100) say(where, `${rows.length} rows`);
  for (const row of rows) {
    if (row.length > 20) say(where, `${row.length} columns`);
    for (const cell of row) if (!cell.text) say(where, 'empty cell');
  }
}

function limit(value: unknown, max: number, where: string, say: Say): void {
  if (typeof value === 'string' && value.length > max) say(where, `${value.length} characters, ${max} at most`);
}

function repeated(ids: unknown[], tell: (id: unknown) => void): void {
  const given = ids.filter((id) => id !== undefined);
  for (const [i, id] of given.entries()) if (given.indexOf(id) !== i) tell(id);
}
