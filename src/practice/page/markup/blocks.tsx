// A message's or view's blocks as HTML: display blocks by the library, whatever a person can use by elements.tsx.
import { renderToStaticMarkup } from 'react-dom/server';
import { type Json, list, obj, str } from '../../slack/json.js';
import { Control, elementHtml, isGroup } from './elements.js';
import { kit, kitText, type Lexicon } from './kit.js';
import { escaped } from './literal.js';
import { textOf } from './text.js';

/** What a form adds to its blocks: which view, and the errors of the last try by block id. */
export interface FormState {
  viewId: string;
  errors: Record<string, string>;
}

/** The HTML of blocks; `form` is given in modals. */
export function blocksHtml(blocks: Json[], lexicon: Lexicon, form?: FormState): string {
  return blocks
    .map((block) => `<div class="rw-block rw-${escaped(str(block.type))}">${blockHtml(block, lexicon, form)}</div>`)
    .join('');
}

function blockHtml(block: Json, lexicon: Lexicon, form: FormState | undefined): string {
  switch (block.type) {
    case 'actions':
    case 'context_actions': {
      const elements = list(block.elements).map((element) => elementHtml(block, element, lexicon));
      return `<div class="rw-elements" role="group" aria-label="Actions">${elements.join('')}</div>`;
    }
    case 'section':
      return sectionHtml(block, lexicon);
    case 'input':
      return inputHtml(block, lexicon, form);
    case 'table':
      return `<div class="rw-table-scroll" role="region" aria-label="Table" tabindex="0">${kit([block], lexicon)}</div>`;
    case 'data_table':
    case 'data_visualization':
      return `<p class="rw-undrawn">A ${escaped(str(block.type).replace('_', ' '))} stands here in Slack.</p>`;
    default:
      return kit([block], lexicon);
  }
}

function sectionHtml({ accessory, ...section }: Json, lexicon: Lexicon): string {
  const html = kit([section], lexicon);
  const element = obj(accessory);
  if (!element.type) return html;
  if (element.type === 'image') return kit([{ ...section, accessory }], lexicon);
  return `<div class="rw-beside"><div>${html}</div><div class="rw-elements">${elementHtml(section, element, lexicon)}</div></div>`;
}

function inputHtml(block: Json, lexicon: Lexicon, form: FormState | undefined): string {
  const element = obj(block.element);
  const blockId = str(block.block_id);
  const name = `in-${form?.viewId ?? 'message'}-${blockId}`.replace(/[^\w-]/g, '_');
  const error = form?.errors[blockId];
  const isInGroup = isGroup(element);
  const label = `${escaped(textOf(block.label))}${block.optional === true ? ' <span class="rw-optional">(optional)</span>' : ''}`;
  const control = renderToStaticMarkup(
    <Control block={block} element={element} lexicon={lexicon} name={isInGroup ? '' : name} />,
  );
  const dispatches =
    block.dispatch_action === true ? ` data-action="${escaped(str(element.action_id))}" data-press-on="change"` : '';
  const note = [
    error ? `<span class="rw-error" role="alert">${escaped(error)}</span>` : '',
    block.hint ? `<span class="rw-hint">${kitText(block.hint, lexicon)}</span>` : '',
  ].join('');
  const attributes = `class="rw-field${error ? ' has-error' : ''}" data-block="${escaped(blockId)}"${dispatches}`;
  const tail = `<div class="rw-note" id="${name}-note">${note}</div>`;
  if (isInGroup)
    return `<fieldset ${attributes} aria-describedby="${name}-note"><legend>${label}</legend>${control}${tail}</fieldset>`;
  // What Slack writes below each choice of a menu stands below the one that is chosen.
  const isMenu = str(element.type).endsWith('_select');
  const chosen = isMenu ? `<small class="rw-chosen" id="${name}-chosen" aria-live="polite"></small>` : '';
  const invalid = error ? control.replace(/^<(input|select|textarea)/, '<$1 aria-invalid="true"') : control;
  return `<div ${attributes}><label for="${name}">${label}</label>${invalid}${chosen}${tail}</div>`;
}
