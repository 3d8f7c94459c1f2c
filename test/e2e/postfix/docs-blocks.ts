// The settings of docs/postfix.md, so that what operators are told is what was run.
import { readFileSync } from 'node:fs';

const DOCS = new URL('../../../docs/postfix.md', import.meta.url);

/** The code block that begins with the comment `# <title>`, with parts replaced; every part must be there. */
export function docsBlock(title: string, replacements: Record<string, string> = {}): string {
  const blocks = [...readFileSync(DOCS, 'utf8').matchAll(/^```\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  let block = blocks.find((text) => text.startsWith(`# ${title}\n`));
  if (block === undefined) throw new Error(`docs/postfix.md: no block "# ${title}"`);
  for (const [from, to] of Object.entries(replacements)) {
    if (!block.includes(from)) throw new Error(`docs/postfix.md: block "# ${title}" has no ${from}`);
    block = block.replaceAll(from, to);
  }
  return block;
}
