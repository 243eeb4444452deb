import { bundlePrograms } from '../harness/programs'

/** Bundles the worker that the cases start. */
export default bundlePrograms
