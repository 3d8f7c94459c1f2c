// What a feature is: one thing a person can do in Slack, with its button, form, command and help in one file.
import type { App } from '@slack/bolt';
import type { Desk } from '../desk.js';
import type { CardForm, Step } from '../press.js';

export interface Feature {
  name: string;
  /** One line for /relay help, the Home tab and the README. */
  help: string;
  /** Slash command it answers, as in manifest.yml. */
  command?: string;
  /** Event it listens to, as in manifest.yml. */
  event?: string;
  /** What a person presses for it on a card. */
  steps?: readonly Step[];
  /** The forms that its steps open. */
  forms?: readonly CardForm[];
  /** What else it answers: its command, its event, buttons that are on no card. */
  register?: (app: App, desk: Desk) => void;
}
