/** What the address says: which axis values are shown, and which section was last gone to. */
export interface HashState {
  readonly axes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly at?: string;
}

/**
 * Reads `#dimensions=512,1024&instruction=none&at=load`. A bare `#load` is an ordinary anchor and names no axis.
 */
export function parseHash(hash: string): HashState {
  const text = hash.replace(/^#/, '');
  if (!text.includes('=')) return { axes: new Map(), ...(text === '' ? {} : { at: text }) };
  const axes = new Map<string, Set<string>>();
  let at: string | undefined;
  for (const part of text.split('&')) {
    const [axis = '', values = ''] = part.split('=', 2);
    const decoded = values.split(',').map(decode);
    if (axis === 'at') at = decoded[0];
    else if (axis !== '') axes.set(decode(axis), new Set(decoded));
  }
  return { axes, ...(at === undefined ? {} : { at }) };
}

export function formatHash({ axes, at }: HashState): string {
  const parts = [...axes]
    .filter(([, values]) => values.size > 0)
    .map(([axis, values]) => `${encodeURIComponent(axis)}=${[...values].map(encodeURIComponent).join(',')}`);
  if (parts.length === 0) return at === undefined ? '' : `#${at}`;
  if (at !== undefined) parts.push(`at=${encodeURIComponent(at)}`);
  return `#${parts.join('&')}`;
}

/** A hand-written address may hold a stray percent sign. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
