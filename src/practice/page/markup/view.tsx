// A modal in front of a person, and the app's Home tab.
import { renderToStaticMarkup } from 'react-dom/server';
import type { View } from '../../slack/index.js';
import { list } from '../../slack/json.js';
import { blocksHtml } from './blocks.js';
import { AppAvatar, Icon } from './icons.js';
import type { Lexicon } from './kit.js';
import { escaped } from './literal.js';
import { textOf } from './text.js';

/** The HTML of a person's modal: a form; `depth` says how many lie below it. */
export function modalHtml(view: View, depth: number, lexicon: Lexicon): string {
  const { content, errors, id } = view;
  const title = textOf(content.title);
  const head = renderToStaticMarkup(
    <header className="rw-modal-head">
      <AppAvatar size={24} />
      <h2 id="modal-title">{title}</h2>
      {depth > 1 ? <span className="rw-depth">{`${depth} of ${depth}`}</span> : null}
      <button type="button" className="rw-icon-button" data-close="all" aria-label="Close">
        <Icon name="close" />
      </button>
    </header>,
  );
  const foot = renderToStaticMarkup(
    <footer className="rw-dialog-buttons">
      <button type="button" className="rw-button" data-close="one">
        {textOf(content.close) || (depth > 1 ? 'Back' : content.submit ? 'Cancel' : 'Close')}
      </button>
      {content.submit ? (
        <button type="submit" className="rw-button primary">
          {textOf(content.submit)}
        </button>
      ) : null}
    </footer>,
  );
  const blocks = blocksHtml(list(content.blocks), lexicon, { viewId: id, errors });
  return `<form class="rw-modal" data-view="${escaped(id)}" novalidate>${head}<div class="rw-modal-body">${blocks}</div>${foot}</form>`;
}

/** The HTML of the Home tab; while nothing was published, a word about that. */
export function homeHtml(view: View | undefined, lexicon: Lexicon): string {
  if (!view) return '<p class="rw-empty">This tab is empty until the app fills it.</p>';
  return `<div class="rw-home" data-view="${escaped(view.id)}">${blocksHtml(list(view.content.blocks), lexicon)}</div>`;
}
