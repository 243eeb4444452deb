import { bundlePrograms } from '../harness/programs'

/** Bundles the worker that the cases start. */
export default async function setup(): Promise<void> {
  await bundlePrograms()
}
