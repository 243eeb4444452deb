import type { ImageStore } from './build/image/image-store'
import type { TargetStorage } from './docker/storage'
import type { RuntimeDriver } from './runtime/driver'

/** A machine that environments run on, as the engine works with it. */
export type Target = {
  id: string
  name: string
  driver: RuntimeDriver
  /** Where its images are made and kept; null for a target that runs folders. */
  images: ImageStore | null
  /** What lies on its disk because of us; absent for a target that keeps nothing there. */
  storage?: TargetStorage
}

/** Every target this worker has a driver for. Rows are read anew each time: a target that was added is there at once. */
export type Targets = {
  /** Throws AppError `unavailable` for a target that is gone or cannot be connected to. */
  byId(id: string): Promise<Target>
  /** The target of an environment, also of one that is being deleted; null when the environment is gone. */
  ofEnvironment(environmentId: string): Promise<Target | null>
  /** Those that can be worked with; one that cannot be connected to is left out. */
  all(): Promise<Target[]>
  /** Hints of all of them, and of those that come later. */
  watch(onChange: (environmentId: string) => void): () => void
  /** Lets go of every driver without stopping any workload. */
  close(): Promise<void>
}
