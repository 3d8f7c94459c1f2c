// Lines of a log through a pipeline, as tests have them: text in, what it proves out.
import type { Finding } from '../../src/detection/finding.js';
import type { Pipeline } from '../../src/detection/pipeline.js';

/** The lines of one Postfix log, each without its end. */
export function seeLines(pipeline: Pipeline, lines: readonly string[], source = 'mail.log'): Finding[] {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  pipeline.read(pipeline.reader(source, 'postfix'), bytes, 0, bytes.length);
  return pipeline.takeFindings();
}
