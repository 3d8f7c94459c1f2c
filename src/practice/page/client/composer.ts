// The box at the bottom: messages, and slash commands with their help as one types.
import { act } from './net.js';
import { boot, shownChannel, state } from './state.js';

export function listenToComposers(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('.rw-composer')) listen(form);
}

function listen(form: HTMLFormElement): void {
  const box = form.querySelector('textarea');
  const help = form.querySelector<HTMLElement>('[role="listbox"]');
  if (!box || !help) return;
  const takesCommands = form.dataset.pane === 'channel';
  box.addEventListener('input', () => {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
    if (takesCommands) suggest(box, help);
  });
  box.addEventListener('blur', () => setTimeout(() => hide(box, help), 150));
  box.addEventListener('keydown', (event) => {
    if (!help.hidden && suggestionKey(event, box, help)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  help.addEventListener('mousedown', (event) => {
    event.preventDefault();
    const option = (event.target as Element).closest<HTMLElement>('[role="option"]');
    if (option) complete(box, help, option);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(form, box, help);
  });
}

async function send(form: HTMLFormElement, box: HTMLTextAreaElement, help: HTMLElement): Promise<void> {
  const text = box.value.trim();
  if (text === '') return;
  const { user, thread } = state;
  box.value = '';
  box.dispatchEvent(new Event('input'));
  hide(box, help);
  if (form.dataset.pane === 'thread') {
    if (thread) await act('say', { user, channel: thread.channel, text, threadTs: thread.ts });
    return;
  }
  const channel = shownChannel();
  const [command = '', ...rest] = text.split(/\s+/);
  if (command.startsWith('/')) await act('command', { user, channel, command, text: rest.join(' ') });
  else await act('say', { user, channel, text });
}

/** Lists the commands that begin as typed; once one is complete, only its usage stays. */
function suggest(box: HTMLTextAreaElement, help: HTMLElement): void {
  const typed = box.value.trimStart();
  if (!typed.startsWith('/')) {
    hide(box, help);
    return;
  }
  const [word = ''] = typed.split(/\s/);
  const isComplete = /\s/.test(typed);
  const fitting = boot.commands.filter(({ command }) => (isComplete ? command === word : command.startsWith(word)));
  help.replaceChildren(...fitting.map((entry, index) => suggestion(entry, index, help.id)));
  help.hidden = fitting.length === 0;
  box.setAttribute('aria-expanded', String(!help.hidden));
  if (help.hidden || isComplete) box.removeAttribute('aria-activedescendant');
  else choose(box, help, 0);
}

function suggestion(
  { command, usage, description }: (typeof boot.commands)[number],
  index: number,
  list: string,
): HTMLElement {
  const option = document.createElement('div');
  option.id = `${list}-${index}`;
  option.setAttribute('role', 'option');
  option.dataset.command = command;
  const name = Object.assign(document.createElement('b'), { textContent: command });
  const form = Object.assign(document.createElement('code'), { textContent: usage });
  const words = Object.assign(document.createElement('small'), { textContent: description });
  option.append(name, ' ', form, words);
  return option;
}

function suggestionKey(event: KeyboardEvent, box: HTMLTextAreaElement, help: HTMLElement): boolean {
  const options = [...help.querySelectorAll<HTMLElement>('[role="option"]')];
  const at = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
  if (event.key === 'Escape') hide(box, help);
  else if (at < 0) return false;
  else if (event.key === 'ArrowDown') choose(box, help, (at + 1) % options.length);
  else if (event.key === 'ArrowUp') choose(box, help, (at - 1 + options.length) % options.length);
  else if (event.key === 'Tab' || (event.key === 'Enter' && options[at]?.dataset.command !== box.value.trim()))
    complete(box, help, options[at]);
  else return false;
  event.preventDefault();
  return true;
}

function choose(box: HTMLTextAreaElement, help: HTMLElement, index: number): void {
  for (const [at, option] of [...help.querySelectorAll('[role="option"]')].entries()) {
    option.setAttribute('aria-selected', String(at === index));
    if (at === index) box.setAttribute('aria-activedescendant', option.id);
  }
}

function complete(box: HTMLTextAreaElement, help: HTMLElement, option: HTMLElement | undefined): void {
  box.value = `${option?.dataset.command ?? ''} `;
  box.focus();
  suggest(box, help);
}

function hide(box: HTMLTextAreaElement, help: HTMLElement): void {
  help.hidden = true;
  box.setAttribute('aria-expanded', 'false');
  box.removeAttribute('aria-activedescendant');
}
