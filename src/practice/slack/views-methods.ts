// views.open, push, update and publish: trigger ids run out, hashes guard against stale writes, limits are checked.
import type { Method } from './chat.js';
import type { Core } from './core.js';
import { isJson, type Json, parseJson, str } from './json.js';
import { checkView } from './limits.js';
import { type View, viewPayload } from './views.js';

export const viewMethods: Record<string, Method> = {
  'views.open': (core, args) => onScreen(core, args, (userId, content) => core.views.open(userId, content)),
  'views.push': (core, args) => onScreen(core, args, (userId, content) => core.views.push(userId, content)),
  'views.update': updateView,
  'views.publish': publishView,
};

type Show = (userId: string, content: Json) => View | 'push_limit_reached';

async function onScreen(core: Core, args: Json, show: Show): Promise<Json> {
  const content = viewContent(args);
  if ('error' in content) return content.error;
  if (content.view.type !== 'modal') return invalid(['[ERROR] type must be modal [json-pointer:/view/type]']);
  const trigger = core.triggers.take(str(args.trigger_id));
  if (typeof trigger === 'string') return { ok: false, error: trigger };
  const shown = show(trigger.userId, content.view);
  if (typeof shown === 'string') return { ok: false, error: shown };
  core.emit({ type: 'modal', user: trigger.userId });
  return answerWith(core, shown);
}

async function updateView(core: Core, args: Json): Promise<Json> {
  const view = core.views.find(str(args.view_id), str(args.external_id));
  if (!view) return { ok: false, error: 'not_found' };
  if (str(args.hash) && args.hash !== view.hash) return { ok: false, error: 'hash_conflict' };
  const content = viewContent(args);
  if ('error' in content) return content.error;
  core.views.update(view, content.view);
  core.emit({ type: view.type, user: view.userId });
  return answerWith(core, view);
}

async function publishView(core: Core, args: Json): Promise<Json> {
  const userId = str(args.user_id);
  if (!core.workspace.people.some(({ id }) => id === userId)) return { ok: false, error: 'user_not_found' };
  const existing = core.views.home(userId);
  if (existing && str(args.hash) && args.hash !== existing.hash) return { ok: false, error: 'hash_conflict' };
  const content = viewContent(args);
  if ('error' in content) return content.error;
  const view = core.views.publish(userId, content.view);
  core.emit({ type: 'home', user: userId });
  return answerWith(core, view);
}

/** The checked view of a request, or Slack's refusal. */
export function viewContent(args: Json): { view: Json } | { error: Json } {
  const view = typeof args.view === 'string' ? parseJson(args.view) : args.view;
  if (!isJson(view)) return { error: invalid(['[ERROR] missing required field: view']) };
  const messages = checkView(view);
  return messages.length > 0 ? { error: invalid(messages) } : { view };
}

function answerWith(core: Core, view: View): Json {
  const { team, bot } = core.workspace;
  return { ok: true, view: viewPayload(view, team.id, bot.appId, bot.botId) };
}

function invalid(messages: string[]): Json {
  return { ok: false, error: 'invalid_arguments', response_metadata: { messages } };
}
