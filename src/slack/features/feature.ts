// What a feature is: one thing a person can do in Slack, with its button, form, command and help in one file.
import type { App } from '@slack/bolt';
import type { Right } from '../authorize.js';
import type { Desk } from '../desk.js';
import type { MenuEntry } from '../messages/card-actions.js';
import type { Press } from '../press.js';

export interface Feature {
  name: string;
  /** One line for /relay help, the Home tab and the README. */
  help: string;
  /** Slash command it answers, as in manifest.yml. */
  command?: string;
  /** Event it listens to, as in manifest.yml. */
  event?: string;
  /** Its entry in the card's menu, where it stands when it is no button. */
  menu?: { entry: MenuEntry; right: Right; act: (press: Press) => Promise<void> | void };
  register?: (app: App, desk: Desk) => void;
}
