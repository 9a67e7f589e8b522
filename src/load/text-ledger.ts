/**
 * Every text that was sent, as 64-bit hashes in one open-addressed table: 16 bytes per text at most, and no text
 * is kept. Two different texts share a hash with probability n² / 2⁶⁵: one in a million for six million texts.
 */
export class TextLedger {
  #low = new Uint32Array(1024);
  #high = new Uint32Array(1024);
  #size = 0;

  /** Texts in the ledger. */
  get size(): number {
    return this.#size;
  }

  /**
   * Enters texts by their hashes, two words per text as {@link hashText} makes them.
   *
   * @returns how many of them were in the ledger already
   */
  add(hashes: Uint32Array): number {
    let reused = 0;
    for (let i = 0; i + 1 < hashes.length; i += 2) if (!this.#enter(hashes[i]!, hashes[i + 1]!)) reused++;
    return reused;
  }

  /** Enters texts as they are, for those that were not sent by a load window. */
  addTexts(texts: readonly string[]): number {
    const hashes = new Uint32Array(texts.length * 2);
    for (const [i, text] of texts.entries()) hashText(text, hashes, i * 2);
    return this.add(hashes);
  }

  #enter(low: number, high: number): boolean {
    if ((this.#size + 1) * 4 > this.#low.length * 3) this.#grow();
    const mask = this.#low.length - 1;
    // Both words zero marks a free place; hashText never gives it.
    for (let at = low & mask; ; at = (at + 1) & mask) {
      if (this.#low[at] === low && this.#high[at] === high) return false;
      if (this.#low[at] === 0 && this.#high[at] === 0) {
        this.#low[at] = low;
        this.#high[at] = high;
        this.#size++;
        return true;
      }
    }
  }

  #grow(): void {
    const [low, high] = [this.#low, this.#high];
    this.#low = new Uint32Array(low.length * 2);
    this.#high = new Uint32Array(low.length * 2);
    this.#size = 0;
    for (let i = 0; i < low.length; i++) {
      if (low[i] !== 0 || high[i] !== 0) this.#enter(low[i]!, high[i]!);
    }
  }
}

/**
 * Two independent 32-bit hashes of a text's UTF-16 units (FNV-1a with different bases, each finished with
 * MurmurHash3's mixer), written to `into[at]` and `into[at + 1]`.
 */
export function hashText(text: string, into: Uint32Array, at: number): void {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x5bd1e995);
    high ^= high >>> 15;
  }
  into[at] = mixed(low ^ text.length) | 1;
  into[at + 1] = mixed(high);
}

function mixed(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
