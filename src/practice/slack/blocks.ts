// Finding one's way in stored blocks: ids where the app gave none, the element that was pressed, the state of inputs.
import { randomBytes } from 'node:crypto';
import { type Json, list, obj, str } from './json.js';

/** What a person chose: a button's value, one option's value, several, a text or a date. */
export type Choice = string | string[] | undefined;

interface FoundElement {
  block: Json;
  element: Json;
}

/** Gives every block an id, as Slack does when the app gave none. */
export function withBlockIds(blocks: Json[]): Json[] {
  return blocks.map((block) => (str(block.block_id) ? block : { ...block, block_id: randomBytes(3).toString('hex') }));
}

/** Every element a person can use, with its block: actions, section accessories, inputs, and those inside containers. */
function elementsOf(blocks: Json[]): FoundElement[] {
  return blocks.flatMap((block): FoundElement[] => {
    const own = [...list(block.elements), obj(block.accessory), obj(block.element), ...list(block.actions)];
    const inner = elementsOf([...list(block.child_blocks), ...list(block.blocks)]);
    return [...own.filter((element) => str(element.type) !== '').map((element) => ({ block, element })), ...inner];
  });
}

/** The element with this action id; with `value`, the button or menu that carries it when several share the id. */
export function findElement(blocks: Json[], actionId: string, value?: string): FoundElement | undefined {
  const matching = elementsOf(blocks).filter(({ element }) => element.action_id === actionId);
  if (value === undefined) return matching[0];
  return matching.find(({ element }) => carries(element, value)) ?? matching[0];
}

/** The first element that holds the choice: a menu that was open while its message changed shows what it held before. */
export function findHolder(versions: Json[][], actionId: string, choice: string): FoundElement | undefined {
  return versions.flatMap(elementsOf).find(({ element }) => element.action_id === actionId && carries(element, choice));
}

function carries(element: Json, value: string): boolean {
  return element.value === value || optionsOf(element).some((option) => option.value === value);
}

function optionsOf(element: Json): Json[] {
  return [...list(element.options), ...list(element.option_groups).flatMap((group) => list(group.options))];
}

/** The part of an action or of a view's state that says what was chosen in this element. */
export function chosen(element: Json, choice: Choice): Json {
  const type = str(element.type);
  const one = Array.isArray(choice) ? choice[0] : choice;
  const many = Array.isArray(choice) ? choice : choice === undefined ? [] : [choice];
  const option = (value: string | undefined) => {
    const found = optionsOf(element).find((candidate) => candidate.value === value);
    return found ? { text: found.text, value: found.value } : null;
  };
  switch (type) {
    case 'button':
    case 'workflow_button':
      return { text: element.text, value: one ?? element.value, ...(element.style ? { style: element.style } : {}) };
    case 'overflow':
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { selected_option: option(one) };
    case 'checkboxes':
    case 'multi_static_select':
    case 'multi_external_select':
      return { selected_options: many.map(option).filter((found) => found !== null) };
    case 'datepicker':
      return { selected_date: one || null };
    case 'timepicker':
      return { selected_time: one || null };
    case 'datetimepicker':
      return { selected_date_time: one ? Number(one) : null };
    default:
      return conversationChoice(type, one, many) ?? { value: one || null };
  }
}

function conversationChoice(type: string, one: string | undefined, many: string[]): Json | undefined {
  const kind = /^(multi_)?(user|conversation|channel)s_select$/.exec(type);
  if (!kind?.[2]) return undefined;
  return kind[1] ? { [`selected_${kind[2]}s`]: many } : { [`selected_${kind[2]}`]: one || null };
}

/** What the element holds before anybody touched it. */
export function initialChoice(element: Json): Choice {
  const options = list(element.initial_options).map((option) => str(option.value));
  if (options.length > 0) return options;
  const option = obj(element.initial_option).value;
  if (typeof option === 'string') return option;
  for (const field of ['initial_value', 'initial_date', 'initial_time', 'initial_user', 'initial_conversation']) {
    if (typeof element[field] === 'string') return element[field];
  }
  if (typeof element.initial_date_time === 'number') return String(element.initial_date_time);
  return undefined;
}

/** What people typed or chose, by action id, or by `block_id/action_id` where two blocks share one. */
export type Values = Readonly<Record<string, Choice>>;

function choiceIn(values: Values, block: Json, element: Json): Choice {
  const actionId = str(element.action_id);
  const keys = [`${str(block.block_id)}/${actionId}`, actionId];
  const key = keys.find((candidate) => Object.hasOwn(values, candidate));
  return key === undefined ? initialChoice(element) : values[key];
}

/** `state.values` of a view or a message: what each input holds now. */
export function stateOf(blocks: Json[], values: Values): Json {
  const state: Record<string, Json> = {};
  for (const { block, element } of elementsOf(blocks)) {
    const type = str(element.type);
    const isHolder = !['button', 'overflow', 'workflow_button', 'image', 'mrkdwn', 'plain_text'].includes(type);
    if (!isHolder || typeof element.action_id !== 'string') continue;
    const blockId = str(block.block_id);
    state[blockId] = {
      ...state[blockId],
      [element.action_id]: { type, ...chosen(element, choiceIn(values, block, element)) },
    };
  }
  return { values: state };
}

/** What Slack's own client says about inputs before it sends a view: error text by block id. */
export function inputErrors(blocks: Json[], values: Values): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, element } of elementsOf(blocks)) {
    if (block.type !== 'input') continue;
    const choice = choiceIn(values, block, element);
    const fault = inputFault(element, choice, block.optional === true);
    if (fault) errors[str(block.block_id)] = fault;
  }
  return errors;
}

function inputFault(element: Json, choice: Choice, isOptional: boolean): string | undefined {
  const text = Array.isArray(choice) ? choice.join('') : (choice ?? '');
  if (text === '') return isOptional ? undefined : 'Please complete this required field.';
  if (typeof element.min_length === 'number' && text.length < element.min_length)
    return `Please enter at least ${element.min_length} characters.`;
  if (typeof element.max_length === 'number' && text.length > element.max_length)
    return `Please enter no more than ${element.max_length} characters.`;
  if (element.type === 'number_input' && !/^-?\d+(\.\d+)?$/.test(text)) return 'Please enter a valid number.';
  if (element.type === 'email_text_input' && !/^\S+@\S+\.\S+$/.test(text)) return 'Please enter a valid email address.';
  if (element.type === 'url_text_input' && !/^https?:\/\/\S+$/.test(text)) return 'Please enter a valid URL.';
  return undefined;
}
