import { expect, test } from 'vitest';
import { loadFile } from '../data-folder.ts';

const lines = (...rows: string[]) => `${rows.join('\n')}\n`;

test('objects of many types, a byte-order mark, CR LF and members of members', async () => {
  const content = [
    '\ufeff{"id": 7, "text": "one\\nline", "meta": {"stars": 4.0}}',
    '',
    '{"id": "b", "text": 5, "meta": {"stars": "5"}, "__proto__": {"text": "no"}}',
  ].join('\r\n');
  const dataset = await loadFile('a.jsonl', content, {
    id: 'id',
    label: 'meta.stars',
    labels: { good: [4], great: [5] },
  });
  expect(dataset.ids).toEqual(['7', 'b']);
  expect(dataset.texts).toEqual(['one\nline', '5']);
  expect(dataset.labels['meta.stars']).toEqual(['good', 'great']);
});

test('broken lines are named one by one and cost nothing else', async () => {
  const content = Buffer.concat([
    Buffer.from(
      lines(
        '{"text": "good", "label": "x"}',
        '{"text": "cut off',
        '["a list"]',
        '"a string"',
        '{"text": ["a", "list"], "label": "x"}',
        '{"label": "x"}',
        '{"text": null, "label": "x"}',
        '{"text": "no label"}',
        '{"text": "half \\ud83d", "label": "x"}',
        '{"text": "odd label", "label": {"a": 1}}',
      ),
    ),
    Buffer.from('{"text": "caf\xe9", "label": "x"}\n', 'latin1'),
    Buffer.from('{"text": "last", "label": true}'),
  ]);
  const dataset = await loadFile('a.ndjson', content, { label: 'label' });
  expect(dataset.texts).toEqual(['good', 'last']);
  expect(dataset.labels['label']).toEqual(['x', 'true']);
  expect(dataset.badRows.shown.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '2 notJson',
    '3 notJson',
    '4 notJson',
    '5 wrongType',
    '6 missingColumn',
    '7 emptyText',
    '8 missingLabel',
    '9 notUtf8',
    '10 wrongType',
    '11 notUtf8',
  ]);
  expect(dataset.sourceRows).toBe(12);
});

test('an endless line is one bad row', async () => {
  const content = lines('{"text": "a"}', `{"text": "${'b'.repeat(5 * 1024 * 1024)}"}`, '{"text": "c"}');
  const dataset = await loadFile('a.jsonl', content);
  expect(dataset.texts).toEqual(['a', 'c']);
  expect(dataset.badRows.shown).toMatchObject([{ line: 2, reason: 'tooLong' }]);
});

test('a column that no row has is a wrong config, not bad rows', async () => {
  await expect(loadFile('a.jsonl', lines('{"review": "a"}', '{"review": "b"}'))).rejects.toMatchObject({
    message: 'the data have no column "text"',
    hint: expect.stringContaining('"review"'),
  });
});
