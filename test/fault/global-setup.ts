import { bundlePrograms } from '../harness/programs'
import { clearMatrix, writeMatrix } from './matrix'

/** Bundles the worker; afterwards, writes the table of everything that was disturbed. */
export default async function setup(): Promise<() => void> {
  await bundlePrograms()
  clearMatrix()
  return () => void process.stdout.write(`The fault matrix is in ${writeMatrix()}\n`)
}
