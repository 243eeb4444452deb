import { accountOperations } from './account'
import { drawingOperations } from './drawing'
import type { Operation } from './implement'

/** How every contract entry is done, by its name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([...accountOperations, ...drawingOperations].map((operation) => [operation.entry.name, operation]))
