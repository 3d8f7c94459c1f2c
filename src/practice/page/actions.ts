// What the page's client asks for: a press, a command, a word in a channel, a form. Checked, then done by the stand-in.
import { z } from 'zod';
import type { SlackStandIn } from '../slack/index.js';

const choice = z.union([z.string(), z.array(z.string())]);
const values = z.record(z.string(), choice);

const Press = z.object({
  user: z.string(),
  channel: z.string().optional(),
  ts: z.string().optional(),
  viewId: z.string().optional(),
  actionId: z.string(),
  value: z.string().optional(),
  selectedOption: choice.optional(),
  values: values.optional(),
});
const Command = z.object({ user: z.string(), channel: z.string(), command: z.string(), text: z.string() });
const Say = z.object({ user: z.string(), channel: z.string(), text: z.string(), threadTs: z.string().optional() });
const Submit = z.object({ user: z.string(), viewId: z.string(), values });
const Close = z.object({ user: z.string(), viewId: z.string(), all: z.boolean() });
const Home = z.object({ user: z.string() });
const Shortcut = z.object({ user: z.string(), channel: z.string(), ts: z.string(), callbackId: z.string() });

/** Drops what is undefined: optional fields are absent or they are there. */
function given<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Does what the client asked under `name`; throws on anything it does not know. */
export async function act(standIn: SlackStandIn, name: string, body: unknown): Promise<unknown> {
  switch (name) {
    case 'press':
      return standIn.press(given(Press.parse(body)));
    case 'command':
      return standIn.command(Command.parse(body));
    case 'say':
      return { ts: await standIn.say(given(Say.parse(body))) };
    case 'submit':
      return standIn.submitView(Submit.parse(body));
    case 'close':
      await standIn.closeView(Close.parse(body));
      return {};
    case 'home':
      return standIn.openHome(Home.parse(body).user);
    case 'shortcut':
      return standIn.shortcut(Shortcut.parse(body));
    default:
      throw new Error(`no such action: ${name}`);
  }
}
