import type { RegistryAuth } from '../../docker/connection'
import type { CommandBounds } from '../../process/run-command'

/** What is known of an image, whoever made it. */
export type ImageFacts = {
  /** The engine's id, `sha256:…`. */
  id: string
  /** `repository@sha256:…` where a registry has it; null for one that was made here and never pushed. */
  digest: string | null
  sizeBytes: number
  /** TCP ports it says it listens on, in ascending order. */
  ports: number[]
  entrypoint: string[] | null
  command: string[] | null
  workingDirectory: string | null
  user: string | null
}

/** The images of one Docker engine: made by BuildKit, fetched from registries, kept as artifacts. */
export type ImageStore = {
  /** Builds and tags. Throws DeploymentFailure `build_failed` and the like; repeated with the same input it builds nothing. */
  build(request: ImageBuild, signal: AbortSignal): Promise<ImageFacts>
  /** What a reference leads to now, `repository@sha256:…`, without fetching it; throws DeploymentFailure as `pull` does. */
  resolve(request: ImagePull, signal: AbortSignal): Promise<string>
  /** What a reference leads to now, fetched; throws DeploymentFailure when no registry has it or refuses. */
  pull(request: ImagePull, signal: AbortSignal): Promise<ImageFacts>
  /** Throws DeploymentFailure when the registry refuses. `digest`: what the registry knows it by, `repository@sha256:…`. */
  push(image: { id: string; reference: string; auth: RegistryAuth | null }, signal: AbortSignal): Promise<{ digest: string }>
  /** Null when the engine does not have it. */
  inspect(reference: string, signal: AbortSignal): Promise<ImageFacts | null>
  /** The newest image with all these labels and a name that begins so; null when there is none. Labels alone can be written by anybody into an image that is fetched. */
  find(wanted: { labels: Record<string, string>; named: string }, signal: AbortSignal): Promise<ImageFacts | null>
  /** It has these names as well. Repeated: no-op. */
  tag(id: string, tags: readonly string[], signal: AbortSignal): Promise<void>
  /** Our names of images, by their prefix, such as `easel/svc_…`. */
  tags(prefix: string, signal: AbortSignal): Promise<string[]>
  /** Takes this name away; the engine deletes the image when it was the last one. Absent is success. Throws `conflict` while a container uses it. */
  remove(reference: string, signal: AbortSignal): Promise<void>
}

export type ImagePull = {
  reference: string
  auth: RegistryAuth | null
  onLine?: (stream: 'platform', text: string) => void
}

export type ImageBuild = {
  /** Absolute folder of the build context. */
  context: string
  /** Text of the Dockerfile. */
  dockerfile: string
  /** Text of the `.dockerignore` that counts. */
  ignore: string
  /** Absolute folder for what is needed while it is built, secrets among it. Emptied before and removed after. */
  workFolder: string
  /** Stage to build; null: the last. */
  stage: string | null
  args: Record<string, string>
  /** Given as BuildKit secrets under their names: never in a layer, an argument or the history. */
  secrets: Record<string, string>
  /** Registries that base images may be fetched from with credentials. */
  auths: RegistryAuth[]
  labels: Record<string, string>
  tags: string[]
  onLine(stream: 'stdout' | 'stderr' | 'platform', text: string): void
  /** Takes secrets out of what a failure quotes. */
  mask?: (text: string) => string
  /** Holds the client of the build together. */
  bounds?: CommandBounds
  timeoutMs: number
}
