import type { RegistryAuth } from '../../docker/connection'

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
  /** What a reference leads to now, fetched; throws DeploymentFailure when no registry has it or refuses. */
  pull(reference: string, auth: RegistryAuth | null, signal: AbortSignal): Promise<ImageFacts>
  push(image: { id: string; reference: string }, auth: RegistryAuth | null, signal: AbortSignal): Promise<{ digest: string }>
  /** Null when the engine does not have it. */
  inspect(reference: string, signal: AbortSignal): Promise<ImageFacts | null>
  /** Takes our tags of it away; the engine deletes it when nothing else uses it. Absent is success. */
  remove(reference: string, signal: AbortSignal): Promise<void>
}

export type ImageBuild = {
  /** Absolute folder of the build context. */
  context: string
  /** Absolute path of the Dockerfile, inside the context or outside of it. */
  dockerfile: string
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
  timeoutMs: number
}
