import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCsvRecordReader } from '../../../src/dataset/loaders/csv-records.ts';
import { loadFile } from '../data-folder.ts';

const lines = (...rows: string[]) => `${rows.join('\n')}\n`;
const bad = async (content: string | Uint8Array) => {
  const { badRows, texts } = await loadFile('a.csv', content, { label: 'label' });
  return { texts, bad: badRows.shown.map(({ line, reason }) => [line, reason]), count: badRows.count };
};

describe('sound files', () => {
  test('byte-order mark, CR LF, quoted separators, quotes and line ends', async () => {
    const content = [
      '\ufefftext,label',
      '"a, b",x',
      '"he said ""good""",x',
      '"two\r\nlines",y',
      '',
      '  spaced  ,y',
      '"",',
      'last,x',
    ].join('\r\n');
    const dataset = await loadFile('a.csv', content, { label: 'label' });
    expect(dataset.texts).toEqual(['a, b', 'he said "good"', 'two\r\nlines', '  spaced  ', 'last']);
    expect(dataset.ids).toEqual(['1', '2', '3', '4', '6']);
    expect(dataset.badRows).toEqual({
      count: 1,
      shown: [{ line: 8, reason: 'emptyText', message: '"text" is empty' }],
    });
    expect(dataset.sourceRows).toBe(6);
  });

  test('line ends of old Macs', async () => {
    const { texts } = await loadFile('a.csv', 'text,label\rone,x\r"two ""2""",y\r', { label: 'label' });
    expect(texts).toEqual(['one', 'two "2"']);
  });

  test('a line end inside quotes moves the line numbers behind it', async () => {
    const content = lines('text,label', '"one', 'and', 'a half",x', ',x', 'two,x');
    expect(await bad(content)).toEqual({
      texts: ['one\nand\na half', 'two'],
      bad: [[5, 'emptyText']],
      count: 1,
    });
  });

  test('semicolons, tabs by the ending, and a hint when the separator is wrong', async () => {
    expect((await loadFile('a.csv', 'text;label\na,b;x\n', { delimiter: ';' })).texts).toEqual(['a,b']);
    expect((await loadFile('a.tsv', 'text\tlabel\na,b\tx\n')).texts).toEqual(['a,b']);
    await expect(loadFile('a.csv', 'text;label\na;x\n')).rejects.toMatchObject({
      hint: expect.stringContaining('dataset.delimiter: ";"'),
    });
    await expect(loadFile('a.csv', 'text\n', { delimiter: '"' })).rejects.toThrow(/cannot separate fields/);
  });

  test('a header with spaces, a column named like a built-in of objects, a class with spaces', async () => {
    const content = lines(' text , my label ,__proto__,constructor', 'a, very good ,p,c', 'b, bad,p,d');
    const dataset = await loadFile('a.csv', content, {
      label: 'my label',
      extraLabels: ['__proto__', 'constructor'],
    });
    expect(dataset.labels['my label']).toEqual(['very good', 'bad']);
    expect(Object.keys(dataset.labels)).toEqual(['my label', '__proto__', 'constructor']);
    expect(dataset.labels['constructor']).toEqual(['c', 'd']);
  });

  test('a column that dataset uses must have a name of its own', async () => {
    await expect(loadFile('a.csv', 'text,text\na,b\n')).rejects.toMatchObject({
      message: 'the header names the column text twice',
      where: 'a.csv:1',
    });
  });

  test('whatever can be written is read back (property)', async () => {
    const field = fc.string({
      unit: fc.constantFrom('a', '好', '"', ',', '\n', '\r\n', ' ', '😀'),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 40 }), async (texts) => {
        const kept = texts.map((text) => `x${text}x`);
        const rows = kept.map((text) => `"${text.replaceAll('"', '""')}",1\n`);
        const dataset = await loadFile('a.csv', `text,label\n${rows.join('')}`);
        expect(dataset.texts).toEqual(kept);
        expect(dataset.badRows.count).toBe(0);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('broken files', () => {
  test.each<[string, string[], string[], number[]]>([
    [
      'a quote left open, sound rows behind it',
      ['"one,x', 'two,x', '"three",x', 'four,x'],
      ['two', 'three', 'four'],
      [2],
    ],
    [
      'a quote left open, no further quote in the file',
      ['"one,x', 'two,x', 'three,x'],
      ['two', 'three'],
      [2],
    ],
    ['two quotes left open', ['"one,x', 'two,x', '"three,x', 'four,x'], ['two', 'four'], [2, 4]],
    ['an inch sign inside a field', ['a 5" screen,x', 'two,x', '"three",x'], ['two', 'three'], [2]],
    ['quotes around a word', ['a "good" one,x', 'two,x'], ['two'], [2]],
    ['text behind a closing quote', ['"one" two,x', 'two,x'], ['two'], [2]],
    ['backslashes instead of doubled quotes', ['"say \\"hi\\" now",x', 'two,x'], ['two'], [2]],
    [
      'an open quote that swallows rows up to a later one',
      ['"one,x', 'two,x', 'three,"x', 'four,x'],
      ['two', 'four'],
      [2, 4],
    ],
    [
      'an open quote that closes cleanly further down, but takes columns with it',
      ['"one,x', 'two,x', 'three,"', 'four,x'],
      ['two', 'four'],
      [2, 4],
    ],
    ['the last row', ['one,x', '"two,x'], ['one'], [3]],
  ])('%s costs its own row only', async (_, rows, texts, badLines) => {
    expect(await bad(lines('text,label', ...rows))).toEqual({
      texts,
      bad: badLines.map((line) => [line, 'brokenQuoting']),
      count: badLines.length,
    });
  });

  test('a quote left open above megabytes of sound rows costs its own row only', async () => {
    const rows = Array.from({ length: 120_000 }, (_, i) => `this is the review with number ${i} of many,x`);
    const result = await bad(lines('text,label', 'zero,x', '"open,x', ...rows));
    expect(result.texts).toHaveLength(120_001);
    expect(result.texts.at(-1)).toBe('this is the review with number 119999 of many');
    expect(result.bad).toEqual([[3, 'brokenQuoting']]);
  });

  test('an open quote is given up while the file goes on, so that memory stays bounded', () => {
    const reader = createCsvRecordReader(',');
    const line = (number: number, text: string) => ({
      number,
      bytes: Buffer.from(`${text}\n`),
      tooLong: false,
    });
    expect(reader.push([line(1, 'text,label'), line(2, '"open,x')])).toHaveLength(1);
    const block = (from: number) => Array.from({ length: 5000 }, (_, i) => line(from + i, 'a'.repeat(200)));
    const returned: number[] = [];
    for (let i = 0; i < 6; i++) returned.push(reader.push(block(3 + i * 5000)).length);
    // 4 MiB are full in the fifth block: the broken row and every row behind it come out
    expect(returned).toEqual([0, 0, 0, 0, 25_001, 5000]);
    expect(reader.end()).toEqual([]);
  });

  test('any one damaged line takes no sound row with it (property)', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '好', '""', ',', '\n') });
    const damage = fc.constantFrom('"open,x', 'in"side,x', '"end"x,x', 'few', 'x,y,z');
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 30 }),
        fc.nat(),
        damage,
        async (all, at, line) => {
          const rows = all.map((t, i) => `"row ${i} ${t}",x`);
          const position = at % (rows.length + 1);
          rows.splice(position, 0, line);
          const dataset = await loadFile('a.csv', lines('text,label', ...rows), { label: 'label' });
          expect(dataset.texts.map((t) => t.split(' ')[1])).toEqual(all.map((_, i) => String(i)));
          const before = rows.slice(0, position).join('\n').split('\n').length + (position === 0 ? 0 : 1);
          expect(dataset.badRows).toMatchObject({ count: 1, shown: [{ line: before + 1 }] });
        },
      ),
      { numRuns: 100, seed: 2 },
    );
  });

  test('rows with too few and too many fields', async () => {
    expect(await bad(lines('text,label', 'one', 'two,x', 'three,x,y'))).toEqual({
      texts: ['two'],
      bad: [
        [2, 'missingColumn'],
        [4, 'missingColumn'],
      ],
      count: 2,
    });
  });

  test('bytes that are not UTF-8 cost their own row, also inside a quoted field of several lines', async () => {
    const content = Buffer.concat([
      Buffer.from('text,label\ngood,x\n'),
      Buffer.from('caf\xe9,x\n"tw\xf6\nlines",x\n', 'latin1'),
      Buffer.from('café,x\n'),
    ]);
    expect(await bad(content)).toEqual({
      texts: ['good', 'café'],
      bad: [
        [3, 'notUtf8'],
        [4, 'notUtf8'],
      ],
      count: 2,
    });
  });

  test('a file in another encoding is refused with the command that mends it', async () => {
    await expect(loadFile('a.csv', Buffer.from('t\xeaxt,label\na,x\n', 'latin1'))).rejects.toMatchObject({
      message: 'the header line is not UTF-8',
      hint: expect.stringContaining('iconv'),
    });
    await expect(loadFile('a.csv', Buffer.from('\ufefftext\na\n', 'utf16le'))).rejects.toMatchObject({
      message: 'the data file is UTF-16, not UTF-8',
    });
    await expect(loadFile('a.csv', '"text,label\na,x\n')).rejects.toMatchObject({
      message: expect.stringContaining('the header line is broken'),
      where: 'a.csv:1',
    });
  });

  test('a line longer than any text is one bad row and is not kept in memory', async () => {
    const content = lines('text,label', 'one,x', `${'a'.repeat(5 * 1024 * 1024)},x`, 'two,x');
    expect(await bad(content)).toEqual({ texts: ['one', 'two'], bad: [[3, 'tooLong']], count: 1 });
  });

  test('bad rows beyond twenty are counted, not shown', async () => {
    const { badRows } = await loadFile('a.csv', lines('text', 'good', ...new Array(50).fill(' ')));
    expect(badRows.count).toBe(50);
    expect(badRows.shown).toHaveLength(20);
  });

  test('an empty file, a header alone', async () => {
    await expect(loadFile('a.csv', '')).rejects.toThrow('the data hold no rows');
    await expect(loadFile('a.csv', 'text,label\n')).rejects.toThrow('the data hold no rows');
  });
});
