// The lists as a command is told to use them: from the configuration, or all of ours when there is none.
import { type BlocklistChoice, choiceWarnings, chooseLists, knownLists } from '../blocklists/choice.js';
import type { Blocklist } from '../blocklists/operator.js';
import { blocklists } from '../blocklists/operators/index.js';
import { type Config, defaultBlocklistChoice } from '../config.js';

export interface ChosenLists {
  choice: BlocklistChoice;
  /** Every list there is. */
  known: Blocklist[];
  /** Those that the configuration chooses. Some of them cannot be asked, for want of an account key for example. */
  lists: Blocklist[];
}

/** Says on stderr what the operator should know of their choice. Throws UserError for a name that is no list. */
export function listsOf(config: Config | undefined): ChosenLists {
  const choice = config?.blocklists ?? defaultBlocklistChoice();
  const lists = chooseLists(blocklists, choice);
  for (const warning of choiceWarnings(choice)) process.stderr.write(`warning: ${warning}\n`);
  return { choice, known: knownLists(blocklists, choice), lists };
}
