import { UsageError } from '../core/errors.ts';

const EXPLANATIONS: Readonly<Record<string, readonly [what: string, mend: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space and go on with --resume; what was there before is unharmed.'],
  EDQUOT: ['the disk quota is used up', 'Free some space and go on with --resume.'],
  EFBIG: ['the file would exceed the size limit', 'Raise the limit (ulimit -f) or give another folder.'],
  EACCES: ['permission denied', 'Give a folder that this user may write to, or mend the permissions.'],
  EPERM: ['the system does not allow it', 'Give a folder that this user may write to.'],
  EROFS: ['the file system is read-only', 'Give a folder on a file system that can be written.'],
  ENOENT: ['there is no such file or folder', 'Check the path.'],
  EEXIST: ['something of that name stands there already', 'Give another path, or remove what is there.'],
  EISDIR: ['a folder stands where a file is expected', 'Check the path.'],
  ENOTDIR: ['a file stands where a folder is expected', 'Check the path.'],
  EMFILE: ['too many files are open', 'Raise the limit (ulimit -n).'],
  EIO: ['the device reported an error', 'Check the disk; the file may be damaged.'],
  ENAMETOOLONG: ['the name is too long', 'Give a shorter name.'],
};

/** The system's code of an error (`ENOSPC`), if it has one. */
export function errorCode(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/**
 * A failed file operation as a sentence with its mend.
 *
 * @param attempt what was tried, as it continues "cannot": `write the record`
 */
export function fileError(attempt: string, path: string, cause: unknown): UsageError {
  const code = errorCode(cause);
  const known = code === undefined ? undefined : EXPLANATIONS[code];
  const what = known?.[0] ?? (cause instanceof Error ? cause.message : String(cause));
  return new UsageError(`cannot ${attempt}: ${what}`, {
    where: path,
    hint: known?.[1] ?? 'Check the path and the disk.',
    // A cause that the sentence tells already would be read twice.
    ...(known === undefined ? { cause } : {}),
  });
}
