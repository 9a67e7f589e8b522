import { createHash } from 'node:crypto';

/**
 * A policy under which the page can load nothing, send nothing and run nothing but its own style and script: both
 * are allowed by the hash of their exact text.
 */
export function contentSecurityPolicy(styles: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${sourceHash(styles)}'`,
    `script-src '${sourceHash(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
