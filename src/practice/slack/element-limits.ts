// Slack's limits on what stands inside a block: texts, buttons, menus, inputs, confirmation dialogs.
import { isJson, type Json, list, str } from './json.js';
import { type Fault, lengthFault, textFault } from './text-limits.js';

const selects = ['static', 'external', 'users', 'conversations', 'channels'];
const selectTypes = selects.flatMap((kind) => [`${kind}_select`, `multi_${kind}_select`]);
const choosers = ['checkboxes', 'radio_buttons', 'datepicker', 'datetimepicker', 'timepicker', ...selectTypes];
const inputs = [
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'file_input',
];

/** Which elements may stand where. */
const allowed: Record<string, ReadonlySet<string>> = {
  actions: new Set(['button', 'overflow', 'workflow_button', 'rich_text_input', ...choosers]),
  section: new Set(['button', 'overflow', 'workflow_button', 'image', ...choosers]),
  input: new Set([...inputs, ...choosers]),
  context_actions: new Set(['feedback_buttons', 'icon_button']),
};

/** Reports every limit that the element breaks. */
export function elementFaults(value: unknown, at: string, place: keyof typeof allowed, fault: Fault): void {
  if (!isJson(value)) {
    fault(at, 'missing required field');
    return;
  }
  const type = str(value.type);
  if (!allowed[place]?.has(type)) {
    fault(`${at}/type`, `unsupported type: ${type || '(none)'}`);
    return;
  }
  lengthFault(value.action_id, `${at}/action_id`, 255, fault);
  if (type === 'image') return;
  textFault(value.placeholder, `${at}/placeholder`, { max: 150, plain: true }, fault);
  confirmFaults(value.confirm, `${at}/confirm`, fault);
  if (type === 'button') buttonFaults(value, at, fault);
  if (type in optionCounts) optionFaults(value, type, at, fault);
}

function buttonFaults(button: Json, at: string, fault: Fault): void {
  textFault(button.text, `${at}/text`, { max: 75, plain: true, required: true }, fault);
  lengthFault(button.value, `${at}/value`, 2000, fault);
  lengthFault(button.url, `${at}/url`, 3000, fault);
  lengthFault(button.accessibility_label, `${at}/accessibility_label`, 75, fault);
  if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger')
    fault(`${at}/style`, 'must be one of: primary, danger');
}

const optionCounts: Record<string, number> = {
  overflow: 5,
  checkboxes: 10,
  radio_buttons: 10,
  static_select: 100,
  multi_static_select: 100,
};

function optionFaults(element: Json, type: string, at: string, fault: Fault): void {
  const groups = list(element.option_groups);
  for (const [index, group] of groups.entries())
    textFault(group.label, `${at}/option_groups/${index}/label`, { max: 75, plain: true, required: true }, fault);
  const options = groups.length > 0 ? groups.flatMap((group) => list(group.options)) : list(element.options);
  const most = optionCounts[type] ?? 100;
  if (options.length === 0) fault(`${at}/options`, 'no fewer than 1 items allowed');
  if (groups.length === 0 && options.length > most) fault(`${at}/options`, `no more than ${most} items allowed`);
  for (const [index, option] of options.entries()) {
    textFault(option.text, `${at}/options/${index}/text`, { max: 75, required: true }, fault);
    textFault(option.description, `${at}/options/${index}/description`, { max: 75 }, fault);
    lengthFault(option.value, `${at}/options/${index}/value`, 150, fault);
  }
}

function confirmFaults(value: unknown, at: string, fault: Fault): void {
  if (value === undefined) return;
  if (!isJson(value)) {
    fault(at, 'must be an object');
    return;
  }
  textFault(value.title, `${at}/title`, { max: 100, plain: true, required: true }, fault);
  textFault(value.text, `${at}/text`, { max: 300, required: true }, fault);
  textFault(value.confirm, `${at}/confirm`, { max: 30, plain: true, required: true }, fault);
  textFault(value.deny, `${at}/deny`, { max: 30, plain: true, required: true }, fault);
}
