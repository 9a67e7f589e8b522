/**
 * The functions of `src/wasm/assembly/kernels.ts`, which documents them. Matrices and vectors are passed as
 * byte addresses; leading dimensions count elements.
 */
export interface Kernels {
  packPanels(
    source: number,
    stride: number,
    rowFrom: number,
    rowTo: number,
    depth: number,
    panels: number,
  ): void;
  multiplyPanels(
    rows: number,
    stride: number,
    rowFrom: number,
    rowTo: number,
    panels: number,
    panelFrom: number,
    panelTo: number,
    depth: number,
    target: number,
    targetStride: number,
  ): void;
  mirrorUpper(matrix: number, stride: number, rowFrom: number, rowTo: number, size: number): void;
  multiplyVectors(
    rows: number,
    stride: number,
    index: number,
    from: number,
    to: number,
    depth: number,
    vectors: number,
    vectorStride: number,
    count: number,
    target: number,
  ): void;
  sumWeightedRows(
    rows: number,
    stride: number,
    index: number,
    from: number,
    to: number,
    depth: number,
    factors: number,
    count: number,
    scratch: number,
    sums: number,
    sumStride: number,
  ): void;
  dot(x: number, v: number, depth: number): number;
  softmaxRows(
    count: number,
    vectors: number,
    logits: number,
    moves: number,
    step: number,
    labels: number,
    scales: number,
    residuals: number,
    stats: number,
  ): void;
  logisticPass(
    rows: number,
    stride: number,
    index: number,
    from: number,
    to: number,
    depth: number,
    vectors: number,
    directions: number,
    vectorStride: number,
    shifts: number,
    step: number,
    labels: number,
    scales: number,
    logits: number,
    moves: number,
    residuals: number,
    sums: number,
    gradients: number,
    stats: number,
  ): void;
  distancesFromProducts(
    count: number,
    products: number,
    scales: number,
    squares: number,
    scale: number,
    square: number,
    distances: number,
  ): void;
  sumOfMinima(count: number, a: number, b: number): number;
  takeMinima(count: number, a: number, b: number): void;
  pickByWeight(count: number, weights: number, threshold: number): number;
  assignBySums(
    count: number,
    clusters: number,
    products: number,
    productStride: number,
    scales: number,
    norms: number,
    factors: number,
    labels: number,
    changed: number,
  ): number;
  assignByProducts(
    count: number,
    clusters: number,
    products: number,
    productStride: number,
    scales: number,
    norms: number,
    labels: number,
    changed: number,
  ): number;
  gatherProducts(
    gram: number,
    stride: number,
    index: number,
    scales: number,
    count: number,
    from: number,
    to: number,
    target: number,
    targetStride: number,
    means: number,
  ): void;
  centreProducts(
    target: number,
    targetStride: number,
    offsets: number,
    count: number,
    from: number,
    to: number,
  ): void;
  repulsion(
    x: number,
    y: number,
    count: number,
    from: number,
    to: number,
    forceX: number,
    forceY: number,
    normalisers: number,
  ): void;
  layoutGradient(
    x: number,
    y: number,
    from: number,
    to: number,
    starts: number,
    columns: number,
    values: number,
    exaggeration: number,
    forceX: number,
    forceY: number,
    inverseNormaliser: number,
    gradientX: number,
    gradientY: number,
  ): void;
  descend(
    count: number,
    positions: number,
    updates: number,
    gains: number,
    gradients: number,
    rate: number,
    momentum: number,
  ): void;
  buildTree(x: number, y: number, count: number, cells: number, capacity: number): number;
  treeRepulsion(
    x: number,
    y: number,
    from: number,
    to: number,
    cells: number,
    stack: number,
    angle: number,
    forceX: number,
    forceY: number,
    normalisers: number,
  ): void;
  dot64(length: number, x: number, y: number): number;
  addScaled64(length: number, factor: number, x: number, y: number): void;
  addSquares(rows: number, stride: number, count: number, from: number, depth: number, sums: number): void;
}

export type KernelName = keyof Kernels;
