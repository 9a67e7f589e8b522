// build: --noAssert --importMemory --sharedMemory --enable threads --initialMemory 1 --maximumMemory 65536
//
// What a forward pass of the embedded sentence encoder needs, on one linear memory that the caller lays out and that
// several threads share: the weights are there once, and each thread computes in an arena of its own. Pointers are
// byte addresses, matrices are row-major float32, widths are multiples of 8. Every output row is computed from its
// own text's rows in a fixed order of sums, so a text gives the same bits alone and in any batch.
export { packPanels, addProduct, addProductTile } from "./gemm-product";
export { normaliseRows, fillRows, fillRowsFrom, clampNegative, meanOfRows } from "./gemm-rows";
export { attend } from "./gemm-attention";

/** First byte that the module does not use itself: instantiating it writes its constants below. */
export function firstFreeByte(): usize {
  return __heap_base;
}
