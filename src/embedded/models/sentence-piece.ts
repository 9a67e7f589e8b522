import type { Tokenizer } from './embedded-model.ts';
import type { Vocabulary } from './weights-package.ts';

/** Stands for a space, and before the first word. */
const WORD_START = '\u2581';
/** Ids 0–5 are the unknown piece, sentence marks and spares; no text ever becomes one of 1–5. */
const FIRST_PIECE = 6;
const UNKNOWN = 0;

/** Pieces as a tree over the vocabulary's characters, one number per edge. */
interface PieceTree {
  /** Small number of every character that occurs in a piece. */
  readonly symbols: ReadonlyMap<number, number>;
  /** node × symbols.size + symbol → child. */
  readonly edges: ReadonlyMap<number, number>;
  /** Id of the piece that ends at a node, or −1. */
  readonly pieceAt: Int32Array;
}

/**
 * SentencePiece unigram segmentation (Kudo 2018): NFKC, ▁ for spaces and in front, the most probable sequence of
 * pieces by Viterbi, runs of unknown characters as one unknown piece. No sentence marks are added.
 *
 * Two habits belong to the weights and are kept: of equally probable segmentations the one whose last piece is
 * shorter wins, and an unknown character costs nothing, where the usual implementation gives it a large penalty.
 */
export function createSentencePiece(vocabulary: Vocabulary): Tokenizer {
  const tree = buildPieceTree(vocabulary);
  const scores = Float64Array.from(vocabulary, ([, score]) => score);
  const lengths = Int32Array.from(vocabulary, ([piece]) => Array.from(piece).length || 1);
  const tokenize = (text: string): number[] => {
    const normalised = text.normalize('NFKC');
    if (normalised === '') return [];
    const marked = `${WORD_START}${normalised.replaceAll(' ', WORD_START)}`;
    const characters = Int32Array.from(Array.from(marked, (character) => character.codePointAt(0)!));
    return backtrack(bestPieces(characters, tree, scores), lengths);
  };
  return {
    vocabularySize: vocabulary.length,
    tokenize,
    countTokens: (text) => tokenize(text).length,
    detokenize: (tokens) =>
      tokens
        .map((token) => vocabulary[token]?.[0] ?? '\uFFFD')
        .join('')
        .replaceAll(WORD_START, ' ')
        .trimStart(),
  };
}

/** For every end position, the last piece of the best segmentation that ends there; 0 where there is none. */
function bestPieces(characters: Int32Array, tree: PieceTree, scores: Float64Array): Int32Array {
  const count = characters.length;
  const symbolCount = tree.symbols.size;
  const symbols = characters.map((character) => tree.symbols.get(character) ?? -1);
  const best = new Float64Array(count + 1);
  const last = new Int32Array(count + 1);
  // Starts ascend, so that every end meets its candidates in the order of the reference: longest piece first.
  const offer = (end: number, piece: number, score: number): void => {
    if (best[end] === 0 || score >= best[end]!) {
      best[end] = score;
      last[end] = piece;
    }
  };
  for (let start = 0; start < count; start++) {
    let node = 0;
    let found = false;
    for (let end = start; end < count && symbols[end]! >= 0; end++) {
      const child = tree.edges.get(node * symbolCount + symbols[end]!);
      if (child === undefined) break;
      node = child;
      const piece = tree.pieceAt[node]!;
      if (piece < 0) continue;
      found = true;
      offer(end + 1, piece, scores[piece]! + best[start]!);
    }
    if (!found) offer(start + 1, UNKNOWN, best[start]!);
  }
  return last;
}

function backtrack(last: Int32Array, lengths: Int32Array): number[] {
  const pieces: number[] = [];
  for (let end = last.length - 1; end > 0; end -= lengths[last[end]!]!) {
    const piece = last[end]!;
    if (piece !== UNKNOWN || pieces.at(-1) !== UNKNOWN) pieces.push(piece);
  }
  return pieces.reverse();
}

function buildPieceTree(vocabulary: Vocabulary): PieceTree {
  const symbols = new Map<number, number>();
  for (const [piece] of vocabulary.slice(FIRST_PIECE)) {
    for (const character of piece) {
      const code = character.codePointAt(0)!;
      if (!symbols.has(code)) symbols.set(code, symbols.size);
    }
  }
  const edges = new Map<number, number>();
  const pieceAt: number[] = [-1];
  vocabulary.forEach(([piece], id) => {
    if (id < FIRST_PIECE) return;
    let node = 0;
    for (const character of piece) {
      const edge = node * symbols.size + symbols.get(character.codePointAt(0)!)!;
      let child = edges.get(edge);
      if (child === undefined) {
        child = pieceAt.push(-1) - 1;
        edges.set(edge, child);
      }
      node = child;
    }
    pieceAt[node] = id;
  });
  return { symbols, edges, pieceAt: Int32Array.from(pieceAt) };
}
