/** Writing systems a data card tells apart. */
const SCRIPTS = ['latin', 'han', 'kana', 'hangul', 'cyrillic', 'arabic', 'other'] as const;
export type Script = (typeof SCRIPTS)[number];

const LETTERS = {
  latin: /\p{Script=Latin}/gu,
  han: /\p{Script=Han}/gu,
  kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  hangul: /\p{Script=Hangul}/gu,
  cyrillic: /\p{Script=Cyrillic}/gu,
  arabic: /\p{Script=Arabic}/gu,
} as const;
const ANY_LETTER = /\p{L}/gu;

/** A character of these scripts says about as much as this many letters of an alphabet. */
const EAST_ASIAN_WEIGHT = 3;
/** Japanese mixes both scripts; Chinese text has no kana to speak of. */
const KANA_SHARE_OF_JAPANESE = 0.1;

/**
 * The script that carries most of a text, so that a Chinese sentence about an iPhone is `han`; Japanese counts
 * as `kana`, text without letters as `other`.
 */
export function mainScript(text: string): Script {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const han = count(LETTERS.han);
  const kana = count(LETTERS.kana);
  const japanese = kana > 0 && kana >= KANA_SHARE_OF_JAPANESE * (han + kana);
  const latin = count(LETTERS.latin);
  const hangul = count(LETTERS.hangul);
  const cyrillic = count(LETTERS.cyrillic);
  const arabic = count(LETTERS.arabic);
  const other = count(ANY_LETTER) - latin - han - kana - hangul - cyrillic - arabic;
  const weights: [Script, number][] = [
    ['latin', latin],
    ['han', japanese ? 0 : han * EAST_ASIAN_WEIGHT],
    ['kana', japanese ? (han + kana) * EAST_ASIAN_WEIGHT : 0],
    ['hangul', hangul * EAST_ASIAN_WEIGHT],
    ['cyrillic', cyrillic],
    ['arabic', arabic],
    ['other', other],
  ];
  const [script, weight] = weights.reduce((best, next) => (next[1] > best[1] ? next : best));
  return weight > 0 ? script : 'other';
}

/** Share of the texts by {@link mainScript}; a script that no text has is left out. */
export function scriptShares(texts: readonly string[]): Partial<Record<Script, number>> {
  const counts = new Map<Script, number>();
  for (const text of texts) {
    const script = mainScript(text);
    counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  return Object.fromEntries(
    SCRIPTS.filter((script) => counts.has(script)).map((script) => [
      script,
      counts.get(script)! / texts.length,
    ]),
  );
}
