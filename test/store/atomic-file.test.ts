import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeLeftovers, replaceFile, writeFileAtomic } from '../../src/store/atomic-file.ts';
import { nextLine, runScript } from './child-process.ts';
import { temporaryFolder } from './folder-fixture.ts';

describe('atomic files', () => {
  it('replaces the content and leaves nothing else behind', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'deep', 'record.json');
    writeFileAtomic(path, 'old', 'the record');
    writeFileAtomic(path, 'new', 'the record');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['record.json']);
  });

  it('keeps the old file when there is no room for the new one, and says so', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'record.json');
    writeFileSync(path, 'old');
    const script = runScript(
      `import { writeFileAtomic } from 'DIST/store/atomic-file.js';
       process.on('SIGXFSZ', () => {});
       try { writeFileAtomic(process.argv[1], 'x'.repeat(1 << 20), 'the record'); console.log('written'); }
       catch (error) { console.log(error.name + ': ' + error.message + ' ' + error.where); }`,
      [path],
      64,
    );
    expect(await nextLine(script)).toBe(
      `UsageError: cannot write the record: the file would exceed the size limit ${path}`,
    );
    await script.exit;
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['record.json']);
  });

  it('keeps the old file when the writer fails half way, and passes the reason on', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'samples.parquet');
    writeFileSync(path, 'old');
    const failing = replaceFile(
      path,
      async (temporary) => {
        writeFileSync(temporary, 'half');
        throw new Error('no more rows');
      },
      'the samples',
    );
    await expect(failing).rejects.toThrow('no more rows');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['samples.parquet']);
  });

  it('explains a path that leads through a file', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'results'), '');
    const path = join(folder, 'results', 'record.json');
    expect(() => writeFileAtomic(path, '', 'the record')).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: 'cannot write the record: something of that name stands there already',
        where: path,
      }),
    );
  });

  it('clears away what a killed process left, and nothing else', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.env.tmp'), '');
    const script = runScript(
      `import { replaceFile } from 'DIST/store/atomic-file.js';
       import { writeFileSync } from 'node:fs';
       replaceFile(process.argv[1], async (temporary) => {
         writeFileSync(temporary, 'half');
         console.log('half written');
         await new Promise((resolve) => setInterval(() => {}, 1000));
       }, 'the samples');`,
      [join(folder, 'samples.parquet')],
    );
    await nextLine(script);
    script.child.kill('SIGKILL');
    await script.exit;
    expect(readdirSync(folder)).toHaveLength(2);
    removeLeftovers(folder);
    expect(readdirSync(folder)).toEqual(['.env.tmp']);
    expect(existsSync(join(folder, 'samples.parquet'))).toBe(false);
  });
});
