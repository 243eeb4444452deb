import type { ImageStore } from './build/image/image-store'
import type { RuntimeDriver } from './runtime/driver'

/** A machine that environments run on, as the engine works with it. */
export type Target = {
  id: string
  name: string
  driver: RuntimeDriver
  /** Where its images are made and kept; null for a target that runs folders. */
  images: ImageStore | null
}

/** Every target this worker has a driver for. Rows are read anew now and then: a target that was added is there soon after. */
export type Targets = {
  /** Throws AppError `unavailable` for a target that is gone or cannot be connected to. */
  byId(id: string): Promise<Target>
  /** The target of an environment, also of one that is being deleted. */
  ofEnvironment(environmentId: string): Promise<Target>
  all(): Promise<Target[]>
}
