import { bundlePlainPrograms } from '../harness/programs'

/** Bundles the worker and the ingress. */
export default bundlePlainPrograms
