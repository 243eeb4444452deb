import { add, hasName } from '../../../db/queries/engine/artifacts'
import * as stages from '../../../db/queries/engine/stages'
import type { ArtifactImage } from '../../../db/schema/deployment'
import type { Recipe } from '../../../contract/recipe'
import { DeploymentFailure } from '../../../domain/failure'
import { makeMask } from '../../../telemetry/mask'
import { RECIPES } from '../../database/recipes'
import { contentHash } from '../../build/image/content-hash'
import type { ImageFacts, ImageStore } from '../../build/image/image-store'
import { join } from 'node:path'
import { statusOf } from '../../docker/engine-error'
import type { Run } from '../run'
import { skip, stage } from '../stage'
import { artifactIdOf } from '../stages/build'
import { fetchStage } from '../stages/fetch'
import { authOf, authsOf, keeper } from './auth'
import { planImage, type ImagePlan } from './plan-image'

// Makes the artifact of a deployment whose target runs images: fetch → detect → build, where the install is a part of the
// image's own build; or, for an image of a registry, fetch alone.
//
// Names are derived from the deployment, and what an image is made of is written on it: done twice, or gone on with after a
// crash, the image is found and nothing is built again.

export async function makeImage(run: Run): Promise<void> {
  const wanted = wantedImage(run)
  if (wanted) {
    await stage(run, 'fetch', (within) => fetchImage(within, wanted))
    return skip(run, ['detect', 'install', 'build'])
  }
  await stage(run, 'fetch', fetchStage)
  const plan = await stage(run, 'detect', planImage)
  await skip(run, ['install'])
  await stage(run, 'build', (within) => buildStage(within, plan))
}

/** `isOfficial`: what its name means is the same everywhere, so one that the engine has already will do where no registry answers. */
type WantedImage = { reference: string; registryId?: string | undefined; isOfficial: boolean }

/** The image that a source names, or that a database is; null when one is to be built. */
function wantedImage({ deployment, engine }: Run): WantedImage | null {
  const { source } = deployment.spec
  if (source.type === 'image') return { ...source, isOfficial: false }
  return source.type === 'database' ? { reference: `${engine.config.baseImages}${RECIPES[source.engine].image.reference(source.version)}`, isOfficial: true } : null
}

/** Finds out which image a tag means now, and fetches that one. From here on it is the deployment's, wherever the tag moves. */
async function fetchImage(run: Run, source: WantedImage): Promise<void> {
  const { engine, place, target, log, signal } = run
  const store = storeOf(run)
  const auth = await authOf(engine, place.organizationId, source.registryId)
  const present = source.isOfficial ? await store.inspect(source.reference, signal) : null
  const reference = await store.resolve({ reference: source.reference, auth }, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    if (present === null) throw error
    return null
  })
  if (reference === null) return keepPresent(run, store, { facts: present!, reference: source.reference })
  log.line('platform', reference === source.reference ? `Image: ${reference}` : `${source.reference} is ${reference}`)
  // What somebody else has fetched is theirs, and stays when ours goes.
  const isTheirs = (await store.inspect(reference, signal)) !== null && !(await hasName(engine.db, target.id, reference))
  const facts = await store.pull({ reference, auth, onLine: log.line }, signal)
  const name = nameOf(run)
  await store.tag(facts.id, [name], signal)
  log.line('platform', `Fetched, ${mib(facts)} MiB${facts.ports.length === 0 ? '' : `, listens on ${facts.ports.join(', ')}`}`)
  await keep(run, { facts, start: startOf(facts), stageName: 'fetch', image: { id: reference, digest: reference, names: isTheirs ? [name] : [name, reference], registryId: source.registryId ?? null } })
}

/** No registry told what the name means now: the engine has an image of that name, and that one is taken. */
async function keepPresent(run: Run, store: ImageStore, { facts, reference }: { facts: ImageFacts; reference: string }): Promise<void> {
  run.log.line('platform', `No registry says what ${reference} means now; the one that the engine has is used, ${mib(facts)} MiB`)
  const name = nameOf(run)
  await store.tag(facts.id, [name], run.signal)
  await keep(run, { facts, start: startOf(facts), stageName: 'fetch', image: { id: facts.id, digest: null, names: [name], registryId: null } })
}

async function buildStage(run: Run, plan: ImagePlan): Promise<void> {
  const { engine, deployment, log, signal } = run
  const store = storeOf(run)
  const facts = await build(run, store, plan)
  const tag = nameOf(run)
  log.line('platform', `Image ${facts.id.slice(7, 19)}, ${mib(facts)} MiB`)
  const kept = await keepElsewhere(run, store, facts)
  // Also by its digest: under that it is fetched again when it is gone back to.
  const image = { id: facts.id, digest: kept?.digest ?? null, names: [tag, ...(kept ? [kept.reference, kept.digest] : [])], registryId: kept?.registryId ?? null }
  signal.throwIfAborted()
  await engine.at?.('image:built')
  await keep(run, { facts, start: plan.recipe?.start ?? startOf(facts), stageName: 'build', image })
  deployment.recipe = plan.recipe
}

/** Builds the image, or finds one that was made of the same. */
async function build(run: Run, store: ImageStore, plan: ImagePlan): Promise<ImageFacts> {
  const { engine, deployment, place, folder, enclosure, log, signal } = run
  const { context, dockerfile, ignore, stage: target, args, secrets } = plan
  const secretDigests = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, engine.seal.digest(value, `build:${deployment.serviceId}:${name}`)]))
  const content = await contentHash({ context, inputs: { dockerfile, ignore, target, args, secretDigests } }, signal)
  const labels = { 'easel.service': deployment.serviceId, 'easel.content': content }
  const tag = nameOf(run)
  const same = await store.find({ labels, named: `easel/${deployment.serviceId}:` }, signal)
  // Its last name may be taken away at this moment: then it is built after all.
  if (same && (await store.tag(same.id, [tag], signal).then(() => true, isGone))) {
    log.line('platform', 'Nothing that it is made of has changed: the image is used again, and nothing is built.')
    return same
  }
  return store.build(
    {
      context,
      dockerfile,
      ignore,
      workFolder: join(folder.path, 'image'),
      stage: target,
      args,
      secrets,
      auths: await authsOf(engine, place.organizationId),
      labels: { ...labels, ...(deployment.revision ? { 'org.opencontainers.image.revision': deployment.revision.commit } : {}) },
      tags: [tag],
      onLine: log.line,
      mask: makeMask(plan.hidden),
      bounds: enclosure.bounds,
      timeoutMs: engine.config.buildTimeoutMs,
    },
    signal,
  )
}

function isGone(error: unknown): false {
  if (statusOf(error) === 404) return false
  throw error
}

/** Sends the image to where its organization keeps them. A registry that is away does not stop the deployment. */
async function keepElsewhere(run: Run, store: ImageStore, { id }: ImageFacts): Promise<{ digest: string; reference: string; registryId: string } | null> {
  const { engine, deployment, place, log, signal } = run
  const keeping = await keeper(engine, place.organizationId)
  if (!keeping) return null
  const reference = `${keeping.prefix}/${deployment.serviceId}:${deployment.id}`
  try {
    const { digest } = await store.push({ id, reference, auth: keeping.auth }, signal)
    log.line('platform', `Kept as ${digest}`)
    return { digest, reference, registryId: keeping.id }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof DeploymentFailure)) throw error
    log.line('platform', `The image is not kept in the registry: ${error.message} It runs from this engine all the same.`)
    return null
  }
}

type Kept = { facts: ImageFacts; start: Recipe['start']; stageName: 'fetch' | 'build'; image: Pick<ArtifactImage, 'id' | 'digest' | 'names' | 'registryId'> }

async function keep(run: Run, { facts, start, stageName, image }: Kept): Promise<void> {
  const { engine, deployment, target } = run
  const id = artifactIdOf(deployment.id)
  await engine.db.transaction(async (tx) => {
    const whole = { ...image, ports: facts.ports, entrypoint: facts.entrypoint, command: facts.command }
    await add(tx, { id, serviceId: deployment.serviceId, start, workingDirectory: '', sizeBytes: facts.sizeBytes, kind: 'image', image: whole, targetId: target.id }, deployment.id)
    // Here and not afterwards: whoever goes on with a deployment that has its artifact builds nothing.
    await stages.finish(tx, deployment.id, stageName, { status: 'done', error: null, at: engine.now() })
  })
  deployment.artifactId = id
}

/** What the image itself starts; shown, and not used to start it. */
function startOf({ entrypoint, command }: ImageFacts): Recipe['start'] {
  return { kind: 'command', argv: [...(entrypoint ?? []), ...(command ?? [])], env: {} }
}

/** Our name for the image of a deployment. */
export function imageNameOf({ id, serviceId }: { id: string; serviceId: string }): string {
  return `easel/${serviceId}:${id}`
}

function nameOf({ deployment }: Run): string {
  return imageNameOf(deployment)
}

function storeOf({ target }: Run): ImageStore {
  if (!target.images) throw new DeploymentFailure('builder_missing', `The target ${target.name} has no store for images.`)
  return target.images
}

function mib({ sizeBytes }: ImageFacts): number {
  return Math.round(sizeBytes / 1024 / 1024)
}
