import { CodeBlock } from '@/components/ui/code'
import type { DeploymentView } from '@/lib/contract/deployment'

/** The image that a deployment runs: what it is known by, how large it is, and where it says it listens. */
export function ImageFacts({ image }: { image: NonNullable<DeploymentView['image']> }) {
  return (
    <section aria-labelledby="image-facts">
      <h3 id="image-facts" className="mb-2 font-medium">
        Image
      </h3>
      <CodeBlock text={image.digest ?? image.id} label={image.digest === null ? 'Id of the image' : 'Digest of the image'} />
      <p className="mt-1.5 text-meta text-faint">
        {Math.max(1, Math.round(image.sizeBytes / 1024 / 1024))} MiB{image.ports.length === 0 ? '' : ` · listens on ${image.ports.join(', ')}`}
        {image.digest === null ? ' · only in the engine that made it' : ''}
      </p>
    </section>
  )
}
