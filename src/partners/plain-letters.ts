// Names as they are typed at night on a phone: in small letters and without accents, `ostby` for `Østby`. Pure.

/** Letters that are no accented ones. */
const OTHERS = new Map([
  ['ø', 'o'],
  ['æ', 'ae'],
  ['ß', 'ss'],
  ['đ', 'd'],
  ['ł', 'l'],
]);

/** A text in small letters, each without its accents. */
export function plainLetters(text: string): string {
  return text.toLowerCase().replace(/[^\0-\x7f]/gu, plain);
}

function plain(letter: string): string {
  const known = OTHERS.get(letter);
  if (known !== undefined) return known;
  return letter.normalize('NFD').replace(/\p{M}/gu, '');
}
