// Views people have before them: a stack of modals each, and the app's Home tab. Each change gives a new hash.
import { randomBytes } from 'node:crypto';
import { withBlockIds } from './blocks.js';
import { type Json, list } from './json.js';

export interface View {
  id: string;
  userId: string;
  type: 'modal' | 'home';
  hash: string;
  /** The app's own fields: title, blocks (with ids), submit, close, callback_id, private_metadata, … */
  content: Json;
  /** Error text by block id, from the last submission. */
  errors: Record<string, string>;
  rootId: string;
  previousId: string | null;
}

const deepestStack = 3;

export class Views {
  private readonly stacks = new Map<string, View[]>();
  private readonly homes = new Map<string, View>();

  /** The view in front of the person, if any. */
  top(userId: string): View | undefined {
    return this.stack(userId).at(-1);
  }

  stack(userId: string): readonly View[] {
    return this.stacks.get(userId) ?? [];
  }

  home(userId: string): View | undefined {
    return this.homes.get(userId);
  }

  find(id: string, externalId = ''): View | undefined {
    const all = [...[...this.stacks.values()].flat(), ...this.homes.values()];
    return all.find((view) => view.id === id || (externalId !== '' && view.content.external_id === externalId));
  }

  /** Opens a modal alone; whatever was open is gone. */
  open(userId: string, content: Json): View {
    const view = newView(userId, 'modal', content, null);
    this.stacks.set(userId, [view]);
    return view;
  }

  push(userId: string, content: Json): View | 'push_limit_reached' {
    const stack = [...this.stack(userId)];
    if (stack.length >= deepestStack) return 'push_limit_reached';
    const below = stack.at(-1);
    const view = newView(userId, 'modal', content, below ?? null);
    this.stacks.set(userId, [...stack, view]);
    return view;
  }

  update(view: View, content: Json): View {
    view.content = prepared(content);
    view.hash = newHash();
    view.errors = {};
    return view;
  }

  publish(userId: string, content: Json): View {
    const existing = this.homes.get(userId);
    if (existing) return this.update(existing, content);
    const view = newView(userId, 'home', content, null);
    this.homes.set(userId, view);
    return view;
  }

  /** Takes the view off its stack, with all that lie on it. */
  close(view: View): void {
    const stack = this.stack(view.userId);
    const index = stack.indexOf(view);
    if (index >= 0) this.stacks.set(view.userId, stack.slice(0, index));
  }

  clear(userId: string): void {
    this.stacks.delete(userId);
  }
}

/** The view as Slack sends it to the app. `state` is given with interactions only. */
export function viewPayload(
  view: View,
  teamId: string,
  appId: string,
  botId: string,
  state: Json = { values: {} },
): Json {
  const { content } = view;
  return {
    id: view.id,
    team_id: teamId,
    type: view.type,
    blocks: content.blocks,
    private_metadata: content.private_metadata ?? '',
    callback_id: content.callback_id ?? '',
    state,
    hash: view.hash,
    title: content.title ?? null,
    clear_on_close: content.clear_on_close ?? false,
    notify_on_close: content.notify_on_close ?? false,
    close: content.close ?? null,
    submit: content.submit ?? null,
    previous_view_id: view.previousId,
    root_view_id: view.rootId,
    app_id: appId,
    external_id: content.external_id ?? '',
    app_installed_team_id: teamId,
    bot_id: botId,
  };
}

function newView(userId: string, type: View['type'], content: Json, below: View | null): View {
  const id = `V${randomBytes(5).toString('hex').toUpperCase()}`;
  return {
    id,
    userId,
    type,
    hash: newHash(),
    content: prepared(content),
    errors: {},
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
  };
}

function prepared(content: Json): Json {
  return { ...content, blocks: withBlockIds(list(content.blocks)) };
}

function newHash(): string {
  return `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString('hex')}`;
}
