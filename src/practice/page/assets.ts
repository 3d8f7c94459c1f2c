// The page's files: our styles, the library's stylesheet, and the client, compiled when the page runs from source.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { renderToStaticMarkup } from 'react-dom/server';
import { AppAvatar } from './markup/icons.js';

interface Asset {
  type: string;
  body: string;
}

/** Every file the page may ask for, by its path under /assets/. */
export function loadAssets(): Map<string, Asset> {
  const here = dirname(fileURLToPath(import.meta.url));
  const styles = filesOf(join(here, 'styles'), ['.css']).map(({ name, text }) => [name, css(text)] as const);
  const client = filesOf(join(here, 'client'), ['.ts', '.js']).map(
    ({ name, text }) => [`client/${name.replace(/\.ts$/, '.js')}`, script(compiled(name, text))] as const,
  );
  const icon = renderToStaticMarkup(AppAvatar({})).replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  return new Map([
    ...styles,
    ...client,
    ['kit.css', css(kitStyles())] as const,
    ['icon.svg', { type: 'image/svg+xml', body: icon }] as const,
  ]);
}

function filesOf(folder: string, endings: string[]): { name: string; text: string }[] {
  return readdirSync(folder)
    .filter((name) => endings.includes(extname(name)))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

function compiled(name: string, text: string): string {
  return name.endsWith('.ts') ? transformSync(text, { loader: 'ts', target: 'es2022' }).code : text;
}

/** The library styles one element with an id; a page has many messages, so the id becomes its class. */
function kitStyles(): string {
  const main = createRequire(import.meta.url).resolve('slack-blocks-to-jsx');
  return readFileSync(join(dirname(main), 'style.css'), 'utf8').replaceAll(
    '#slack_blocks_to_jsx',
    '.slack_blocks_to_jsx',
  );
}

function css(body: string): Asset {
  return { type: 'text/css; charset=utf-8', body };
}

function script(body: string): Asset {
  return { type: 'text/javascript; charset=utf-8', body: body.replace(/\/\/# sourceMappingURL=.*\s*$/, '') };
}
