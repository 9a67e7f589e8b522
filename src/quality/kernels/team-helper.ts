/** Entry of a helper thread: takes kernel calls from the board until it is closed. */
import { workerData } from 'node:worker_threads';
import { helpUntilClosed } from './job-board.ts';
import { instantiateKernels } from './kernel-memory.ts';
import type { HelperData } from './thread-team.ts';

const { module, memory, board } = workerData as HelperData;
helpUntilClosed(board, instantiateKernels(memory, module));
