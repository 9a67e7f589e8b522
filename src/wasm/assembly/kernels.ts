// build: --noAssert --importMemory --sharedMemory --enable threads --initialMemory 1 --maximumMemory 65536
//
// Numeric kernels of the quality tasks. All work on one linear memory that the caller lays out: pointers are byte
// addresses, leading dimensions count elements, matrices are row-major. Matrices of rows hold float32, are
// aligned to 16 bytes and padded with zeros to a width that is a multiple of 4; sums that must not lose digits
// are float64. No kernel keeps state, so several threads may call them on disjoint outputs.
export { packPanels, multiplyPanels, multiplyTile, mirrorUpper } from "./kernels-panels";
export {
  multiplyVectors, sumWeightedRows, dot, dots2x4, dots2x3, dots2x2, addToThree, addToTwo, addToOne,
} from "./kernels-skinny";
export { logisticPass, softmaxRows } from "./kernels-logistic";
export {
  distancesFromProducts, sumOfMinima, takeMinima, pickByWeight, assignBySums, assignByProducts,
} from "./kernels-kmeans";
export { gatherProducts, centreProducts } from "./kernels-centring";
export { repulsion, layoutGradient, descend } from "./kernels-tsne";
export { buildTree, treeRepulsion } from "./kernels-quadtree";
export { dot64, addScaled64, addSquares } from "./kernels-vectors";
