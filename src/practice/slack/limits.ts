// Slack's limits on blocks and views, checked before anything is stored: one fault and the whole message is refused.
import { elementFaults } from './element-limits.js';
import { isJson, type Json, list, obj, str } from './json.js';
import { type Fault, lengthFault, textFault } from './text-limits.js';

/** Where the blocks are to be shown; limits differ. */
type Surface = 'message' | 'modal' | 'home';

const maxBlocks: Record<Surface, number> = { message: 50, modal: 100, home: 100 };
/** Undocumented: messages above roughly this many characters of block text answer `msg_blocks_too_long`. */
const maxMessageCharacters = 13_200;

/** Block types of @slack/types 3.2, and whether they may stand in a modal or on Home. */
const known = new Set([
  ...['actions', 'alert', 'card', 'carousel', 'container', 'context', 'context_actions', 'data_table', 'divider'],
  ...['file', 'header', 'image', 'input', 'markdown', 'rich_text', 'section', 'table', 'task_card', 'plan', 'video'],
  'data_visualization',
]);
const messagesOnly = new Set(['table', 'data_table', 'data_visualization', 'markdown', 'file', 'plan', 'task_card']);

interface BlockVerdict {
  /** Slack's error code, when refused. */
  error?: 'invalid_blocks' | 'msg_blocks_too_long' | 'invalid_blocks_format';
  /** `[ERROR] … [json-pointer:/blocks/0/text]`, as in response_metadata.messages. */
  messages: string[];
}

/** Checks blocks against Slack's limits for a surface. `value` is what the app sent, already parsed from JSON. */
export function checkBlocks(value: unknown, surface: Surface, root = '/blocks'): BlockVerdict {
  if (!Array.isArray(value) || !value.every(isJson)) return { error: 'invalid_blocks_format', messages: [] };
  const messages: string[] = [];
  const fault: Fault = (pointer, message) => messages.push(`[ERROR] ${message} [json-pointer:${pointer}]`);
  if (value.length > maxBlocks[surface]) fault(root, `no more than ${maxBlocks[surface]} items allowed`);
  for (const [index, block] of value.entries()) checkBlock(block, surface, `${root}/${index}`, fault);
  checkUnique(
    value.map((block) => str(block.block_id)),
    root,
    'block_id',
    fault,
  );
  if (value.filter((block) => block.type === 'table').length > 1) fault(root, 'only one table per message');
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  if (surface === 'message' && textLength(value) > maxMessageCharacters)
    return { error: 'msg_blocks_too_long', messages };
  return { messages };
}

/** Checks a modal or Home view; the messages are those of `invalid_arguments`. */
export function checkView(view: Json): string[] {
  const messages: string[] = [];
  const fault: Fault = (pointer, message) => messages.push(`[ERROR] ${message} [json-pointer:${pointer}]`);
  const type = str(view.type);
  if (type !== 'modal' && type !== 'home') fault('/view/type', `unsupported type: ${type || '(none)'}`);
  if (type === 'modal') {
    textFault(view.title, '/view/title', { max: 24, plain: true, required: true }, fault);
    textFault(view.submit, '/view/submit', { max: 24, plain: true }, fault);
    textFault(view.close, '/view/close', { max: 24, plain: true }, fault);
    if (list(view.blocks).some((block) => block.type === 'input') && !view.submit)
      fault('/view', 'missing required field: submit');
  }
  lengthFault(view.private_metadata, '/view/private_metadata', 3000, fault);
  lengthFault(view.callback_id, '/view/callback_id', 255, fault);
  const blocks = checkBlocks(view.blocks, type === 'home' ? 'home' : 'modal', '/view/blocks');
  if (blocks.error === 'invalid_blocks_format') fault('/view/blocks', 'must be an array of blocks');
  return [...messages, ...blocks.messages];
}

function checkBlock(block: Json, surface: Surface, at: string, fault: Fault): void {
  const type = str(block.type);
  if (!known.has(type)) {
    fault(`${at}/type`, `unsupported type: ${type || '(none)'}`);
    return;
  }
  if (surface !== 'message' && messagesOnly.has(type)) {
    fault(at, `${type} is not supported on a ${surface}`);
    return;
  }
  lengthFault(block.block_id, `${at}/block_id`, 255, fault);
  blockChecks[type]?.(block, at, fault);
}

type BlockCheck = (block: Json, at: string, fault: Fault) => void;

const blockChecks: Record<string, BlockCheck> = {
  header: (block, at, fault) => textFault(block.text, `${at}/text`, { max: 150, plain: true, required: true }, fault),
  section: checkSection,
  context: (block, at, fault) => checkContext(block, at, fault),
  actions: (block, at, fault) => checkElements(block, at, 25, 'actions', fault),
  context_actions: (block, at, fault) => checkElements(block, at, 5, 'context_actions', fault),
  input: (block, at, fault) => {
    textFault(block.label, `${at}/label`, { max: 2000, plain: true, required: true }, fault);
    textFault(block.hint, `${at}/hint`, { max: 2000, plain: true }, fault);
    elementFaults(block.element, `${at}/element`, 'input', fault);
  },
  image: checkImage,
  table: checkTable,
  markdown: (block, at, fault) => {
    requiredString(block.text, `${at}/text`, fault);
    lengthFault(block.text, `${at}/text`, 12_000, fault);
  },
  alert: (block, at, fault) => textFault(block.text, `${at}/text`, { max: 200, required: true }, fault),
};

function checkSection(block: Json, at: string, fault: Fault): void {
  if (!block.text && !block.fields) fault(at, 'missing required field: text or fields');
  textFault(block.text, `${at}/text`, { max: 3000 }, fault);
  if (Array.isArray(block.fields)) {
    if (block.fields.length > 10) fault(`${at}/fields`, 'no more than 10 items allowed');
    if (block.fields.length === 0) fault(`${at}/fields`, 'no fewer than 1 items allowed');
    for (const [index, field] of block.fields.entries())
      textFault(field, `${at}/fields/${index}`, { max: 2000, required: true }, fault);
  }
  if (block.accessory !== undefined) elementFaults(block.accessory, `${at}/accessory`, 'section', fault);
}

function checkContext(block: Json, at: string, fault: Fault): void {
  const elements = list(block.elements);
  if (elements.length === 0) fault(`${at}/elements`, 'no fewer than 1 items allowed');
  if (elements.length > 10) fault(`${at}/elements`, 'no more than 10 items allowed');
  for (const [index, element] of elements.entries()) {
    const pointer = `${at}/elements/${index}`;
    if (element.type === 'image') checkImage(element, pointer, fault);
    else textFault(element, pointer, { max: 3000, required: true }, fault);
  }
}

function checkElements(block: Json, at: string, max: number, place: 'actions' | 'context_actions', fault: Fault): void {
  const elements = list(block.elements);
  if (elements.length === 0) fault(`${at}/elements`, 'no fewer than 1 items allowed');
  if (elements.length > max) fault(`${at}/elements`, `no more than ${max} items allowed`);
  for (const [index, element] of elements.entries()) elementFaults(element, `${at}/elements/${index}`, place, fault);
  checkUnique(
    elements.map((element) => str(element.action_id)),
    `${at}/elements`,
    'action_id',
    fault,
  );
}

function checkImage(block: Json, at: string, fault: Fault): void {
  requiredString(block.alt_text, `${at}/alt_text`, fault);
  lengthFault(block.alt_text, `${at}/alt_text`, 2000, fault);
  if (!block.slack_file) requiredString(block.image_url, `${at}/image_url`, fault);
  lengthFault(block.image_url, `${at}/image_url`, 3000, fault);
  textFault(block.title, `${at}/title`, { max: 2000, plain: true }, fault);
}

function checkTable(block: Json, at: string, fault: Fault): void {
  const rows = Array.isArray(block.rows) ? block.rows : [];
  if (rows.length === 0) fault(`${at}/rows`, 'no fewer than 1 items allowed');
  if (rows.length > 100) fault(`${at}/rows`, 'no more than 100 items allowed');
  for (const [y, row] of rows.entries()) {
    const cells = list(row);
    if (cells.length > 20) fault(`${at}/rows/${y}`, 'no more than 20 items allowed');
    for (const [x, cell] of cells.entries()) {
      const pointer = `${at}/rows/${y}/${x}`;
      if (cell.type === 'raw_text') requiredString(cell.text, `${pointer}/text`, fault);
      else if (cell.type !== 'rich_text') fault(`${pointer}/type`, `unsupported type: ${str(cell.type)}`);
    }
  }
}

function checkUnique(ids: string[], at: string, field: string, fault: Fault): void {
  const given = ids.filter((id) => id !== '');
  for (const id of new Set(given.filter((candidate, index) => given.indexOf(candidate) !== index)))
    fault(at, `\`${field}\` "${id}" already exists`);
}

function requiredString(value: unknown, at: string, fault: Fault): void {
  if (typeof value !== 'string' || value.length === 0) fault(at, 'must be more than 0 characters');
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0);
  if (!isJson(value)) return 0;
  const own = typeof value.text === 'string' ? value.text.length : 0;
  return Object.values(obj(value)).reduce<number>(
    (sum, item) => sum + (isJson(item) || Array.isArray(item) ? textLength(item) : 0),
    own,
  );
}
