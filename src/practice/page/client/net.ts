// Talking to the page's server: HTML to show, actions to do.
import { state } from './state.js';

/** Fetches HTML for the person. */
export async function html(path: string, user: string): Promise<string> {
  const answer = await fetch(`${path}?as=${encodeURIComponent(user)}`);
  if (!answer.ok) throw new Error(`The page's server answered ${answer.status}.`);
  return answer.text();
}

export async function appChannelOf(user: string): Promise<string> {
  const answer = await fetch(`/view/app-channel?as=${encodeURIComponent(user)}`);
  return ((await answer.json()) as { id: string }).id;
}

/** What the app may answer in private. */
const ANSWERED = ['press', 'command', 'submit', 'shortcut'];

/** Does an action; a refusal is shown and undefined returned. */
export async function act(name: string, body: Record<string, unknown>): Promise<Record<string, unknown> | undefined> {
  if (ANSWERED.includes(name)) state.actedAt = Date.now();
  try {
    const answer = await fetch(`/do/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const result = (await answer.json()) as Record<string, unknown>;
    if (answer.ok) return result;
    toast(String(result.error));
  } catch {
    toast('The practice workspace is not running any more.');
  }
  return undefined;
}

/** Shows a line for a few seconds; screen readers hear it at once. */
export function toast(text: string): void {
  const line = document.createElement('p');
  line.textContent = text;
  document.getElementById('toasts')?.append(line);
  setTimeout(() => line.remove(), 8000);
}

export function announce(text: string): void {
  const announcer = document.getElementById('announcer');
  if (announcer) announcer.textContent = text;
}
