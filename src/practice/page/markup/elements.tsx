// What people press, choose and fill in. The library draws buttons; menus and inputs need a browser's own controls here,
// because its versions live on client-side React state and tell nobody what was chosen.
import { renderToStaticMarkup } from 'react-dom/server';
import { initialChoice } from '../../slack/blocks.js';
import { type Json, list, obj, str } from '../../slack/json.js';
import { Icon } from './icons.js';
import { kitButton, kitText, type Lexicon } from './kit.js';
import { escaped } from './literal.js';
import { textOf } from './text.js';

/** The HTML of an element in an actions block or beside a section. */
export function elementHtml(block: Json, element: Json, lexicon: Lexicon): string {
  const type = str(element.type);
  if (type === 'button' || type === 'workflow_button') return buttonHtml(block, element, lexicon);
  if (type === 'overflow') return overflowHtml(block, element, lexicon);
  const control = renderToStaticMarkup(<Control block={block} element={element} lexicon={lexicon} name="" />);
  return `<span class="rw-inline-control" ${pressData(block, element)} data-press-on="change">${control}</span>${confirmHtml(element, lexicon)}`;
}

function buttonHtml(block: Json, element: Json, lexicon: Lexicon): string {
  const { attributes, content } = kitButton(element, lexicon);
  const style = str(element.style);
  const label = str(element.accessibility_label);
  const extra = [
    pressData(block, element),
    `data-value="${escaped(str(element.value))}"`,
    str(element.url) ? `data-url="${escaped(str(element.url))}"` : '',
    label ? `aria-label="${escaped(label)}"` : '',
    `data-style="${style === 'primary' || style === 'danger' ? style : 'default'}"`,
  ];
  return `<button${attributes} ${extra.join(' ')}>${content}</button>${confirmHtml(element, lexicon)}`;
}

function overflowHtml(block: Json, element: Json, lexicon: Lexicon): string {
  const menu = renderToStaticMarkup(
    <>
      <button type="button" className="rw-more" aria-haspopup="menu" aria-expanded="false" aria-label="More actions">
        <Icon name="more" size={16} />
      </button>
      <span className="rw-menu" role="menu" hidden>
        {list(element.options).map((option) => (
          <button
            key={str(option.value)}
            type="button"
            role="menuitem"
            tabIndex={-1}
            data-option={str(option.value)}
            data-url={str(option.url) || undefined}
          >
            {textOf(option.text)}
          </button>
        ))}
      </span>
    </>,
  );
  return `<span class="rw-overflow" ${pressData(block, element)} data-press-on="menu">${menu}</span>${confirmHtml(element, lexicon)}`;
}

function pressData(block: Json, element: Json): string {
  return `data-action="${escaped(str(element.action_id))}" data-block="${escaped(str(block.block_id))}"`;
}

/** The question that must be answered before the press is sent; it lies in a template until then. */
function confirmHtml(element: Json, lexicon: Lexicon): string {
  const confirm = obj(element.confirm);
  if (!confirm.text) return '';
  const { title, text, confirm: yes, deny: no, style } = confirm;
  return [
    `<template data-confirm-of="${escaped(str(element.action_id))}">`,
    `<h2>${escaped(textOf(title))}</h2><div class="rw-confirm-text">${kitText(text, lexicon)}</div>`,
    `<div class="rw-dialog-buttons"><button type="button" class="rw-button" data-answer="no">${escaped(textOf(no))}</button>`,
    `<button type="button" class="rw-button ${style === 'danger' || element.style === 'danger' ? 'danger' : 'primary'}" data-answer="yes">${escaped(textOf(yes))}</button></div>`,
    '</template>',
  ].join('');
}

interface ControlProps {
  block: Json;
  element: Json;
  lexicon: Lexicon;
  /** The id that label and error text refer to; empty outside forms. */
  name: string;
}

/** A browser's own control for an input or menu element. */
export function Control({ block, element, lexicon, name }: ControlProps) {
  const type = str(element.type);
  const key = `${str(block.block_id)}/${str(element.action_id)}`;
  const first = initialChoice(element);
  const value = Array.isArray(first) ? '' : (first ?? '');
  const shared = {
    'data-key': key,
    id: name || undefined,
    placeholder: textOf(element.placeholder) || undefined,
    'aria-describedby': name ? `${name}-note` : undefined,
    autoFocus: element.focus_on_load === true || undefined,
  };
  if (isGroup(element)) return <Choices element={element} dataKey={key} lexicon={lexicon} />;
  if (type.endsWith('_select')) return <Select element={element} lexicon={lexicon} dataKey={key} name={name} />;
  if (type === 'plain_text_input' && element.multiline === true)
    return <textarea {...shared} rows={rowsFor(value)} defaultValue={value} maxLength={maxLength(element)} />;
  return <input {...shared} type={inputTypes[type] ?? 'text'} defaultValue={value} maxLength={maxLength(element)} />;
}

/**
 * Whether a person chooses in a group of boxes. A browser's own list of many is left to those who know its keys: one click in it takes
 * away all that was chosen, where Slack takes away one.
 */
export function isGroup(element: Json): boolean {
  const type = str(element.type);
  return type === 'checkboxes' || type === 'radio_buttons' || (type.startsWith('multi_') && type.endsWith('_select'));
}

/** A prepared text is read before it is sent: most of it is in view. */
function rowsFor(text: string): number {
  const lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 56)), 0);
  return Math.min(14, Math.max(4, lines));
}

const inputTypes: Record<string, string> = {
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
};

function maxLength(element: Json): number | undefined {
  return typeof element.max_length === 'number' ? element.max_length : undefined;
}

function Choices({ element, dataKey, lexicon }: { element: Json; dataKey: string; lexicon: Lexicon }) {
  const chosen = [initialChoice(element)].flat();
  const type = element.type === 'radio_buttons' ? 'radio' : 'checkbox';
  const options = list(element.option_groups).flatMap((group) => list(group.options));
  return (
    <span className="rw-choices">
      {(options.length > 0 ? options : choicesOf(element, lexicon)).map((option) => (
        <label key={str(option.value)}>
          <input
            type={type}
            name={dataKey}
            data-key={dataKey}
            value={str(option.value)}
            defaultChecked={chosen.includes(str(option.value))}
          />
          <span>
            <InlineKit text={option.text} lexicon={lexicon} />
            {option.description ? (
              <small>
                <InlineKit text={option.description} lexicon={lexicon} />
              </small>
            ) : null}
          </span>
        </label>
      ))}
    </span>
  );
}

function InlineKit({ text, lexicon }: { text: unknown; lexicon: Lexicon }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the library's own output, escaped by React
  return <span dangerouslySetInnerHTML={{ __html: kitText(text, lexicon) }} />;
}

function Select({
  element,
  lexicon,
  dataKey,
  name,
}: {
  element: Json;
  lexicon: Lexicon;
  dataKey: string;
  name: string;
}) {
  const first = initialChoice(element);
  const groups = list(element.option_groups);
  const placeholder = textOf(element.placeholder) || 'Choose an option';
  return (
    <select
      data-key={dataKey}
      id={name || undefined}
      aria-label={name ? undefined : placeholder}
      aria-describedby={name ? `${name}-chosen ${name}-note` : undefined}
      defaultValue={[first].flat()[0] ?? ''}
    >
      <option value="">{placeholder}</option>
      {groups.map((group) => (
        <optgroup key={textOf(group.label)} label={textOf(group.label)}>
          {list(group.options).map(toOption)}
        </optgroup>
      ))}
      {groups.length === 0 ? choicesOf(element, lexicon).map(toOption) : null}
    </select>
  );
}

function choicesOf(element: Json, { users, channels }: Lexicon): Json[] {
  const kind = str(element.type);
  const named = (items: { id: string; name: string }[], prefix: string): Json[] =>
    items.map(({ id, name }) => ({ value: id, text: { type: 'plain_text', text: `${prefix}${name}` } }));
  if (kind.includes('users')) return named(users, '@');
  if (kind.includes('channels') || kind.includes('conversations')) return named(channels, '#');
  return list(element.options);
}

function toOption(option: Json) {
  return (
    <option key={str(option.value)} value={str(option.value)} data-note={textOf(option.description) || undefined}>
      {textOf(option.text)}
    </option>
  );
}
