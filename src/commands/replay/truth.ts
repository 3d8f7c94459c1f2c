// What a replay is judged by: a file of labels, or what the desk decided, from the decisions database.
import type { Config } from '../../config.js';
import { openDbReadOnly, refuseOlder } from '../../db/open.js';
import { readLabels } from '../../detection/replay/labels.js';
import type { Truth } from '../../detection/replay/truth.js';
import { statOf, UserError } from '../../errors.js';
import { judgedTruth } from '../../incidents/noise/judged-truth.js';

/** Labels before a database, a named database before the configuration's. Undefined when nobody judged anything. */
export function truthFor(
  { labels, incidents }: { labels?: string; incidents?: string },
  config: Config | undefined,
): Truth | undefined {
  if (labels && incidents) throw new UserError('--labels and --incidents are two truths. Name one.');
  if (labels) return readLabels(labels);
  const path = incidents ?? config?.database.path;
  if (path === undefined || (!incidents && !statOf(path))) return undefined;
  const { db, close } = openDbReadOnly(path);
  try {
    refuseOlder(db, path);
    const truth = judgedTruth(db, path, 0, Number.MAX_SAFE_INTEGER);
    return truth.runs.length > 0 ? truth : undefined;
  } finally {
    close();
  }
}
