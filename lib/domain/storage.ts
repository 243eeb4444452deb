// What lies on the disk of a Docker target because of us, and what of it may go. Pure: the worker measures and removes.

/** An image that says it was made for a service, as its engine has it. */
export type EngineImage = {
  id: string
  tags: string[]
  /** `repository@sha256:…` where it came from a registry. */
  digests: string[]
  /** What only this image holds. */
  ownBytes: number
  createdAt: string
  /** The service it was made for, from its label. */
  serviceId: string
  /** The installation that made it, from its label; null when it does not say. */
  instanceId: string | null
  /** Whether a container is made of it, a stopped one too. */
  inUse: boolean
}

/** What must stay: the images of deployments that run, are on their way or are kept to go back to. */
export type NeededImages = {
  /** Ids, tags and digests. */
  names: ReadonlySet<string>
  /** Services with a deployment on its way: the image it is about to use may be known to nobody yet. */
  services: ReadonlySet<string>
}

export type Surplus = {
  /** Id at the engine. */
  id: string
  /** Our tags of it. */
  tags: string[]
  serviceId: string
  sizeBytes: number
  createdAt: string
  why: string
}

export type Disk = { path: string; totalBytes: number; freeBytes: number }

export type SeenStorage = {
  /** What only images of ours hold. */
  imagesBytes: number
  /** Build cache of the whole engine: it does not tell whose it is. */
  cacheBytes: number
  /** Null: no budget is set. */
  budgetBytes: number | null
  /** Whether build cache may be removed too. */
  cleansCache: boolean
  surplus: Surplus[]
  /** Of the engine; null where it cannot be seen from here. */
  disk: Disk | null
  /** What the last cleaning removed, and what it could not. */
  cleaned: { at: string; images: number; bytes: number; message: string | null } | null
}

const YOUNG_MS = 30 * 60_000
const SPENT = 'No deployment that runs, is on its way or is kept to go back to uses it.'
const ORPHAN = 'The service it was built for is gone.'

export type Installation = { id: string; now: Date; /** Whether a service is here. */ exists(serviceId: string): boolean }

/** Several installations may use one engine: an image is ours when it says so, or was made for a service that is here. */
export function oursOf(images: readonly EngineImage[], { id, exists }: Installation): EngineImage[] {
  return images.filter(({ instanceId, serviceId }) => (instanceId === null ? exists(serviceId) : instanceId === id))
}

/** Images of ours that nothing needs, the oldest first. */
export function surplusOf(images: readonly EngineImage[], needed: NeededImages, { now, exists }: Installation): Surplus[] {
  return images
    .filter((image) => !isNeeded(image, needed) && now.getTime() - Date.parse(image.createdAt) > YOUNG_MS)
    .map(({ id, tags, serviceId, ownBytes, createdAt }) => ({ id, tags, serviceId, sizeBytes: ownBytes, createdAt, why: !exists(serviceId) ? ORPHAN : SPENT }))
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
}

function isNeeded({ id, tags, digests, serviceId, inUse }: EngineImage, { names, services }: NeededImages): boolean {
  if (inUse || [id, ...tags, ...digests].some((name) => names.has(name))) return true
  // Our tags name the service, here and in a registry; whoever gives an image another one wants it for something else.
  return tags.some((tag) => !tag.includes(`/${serviceId}:`)) || services.has(serviceId)
}

/** What to remove so that no more than the budget is left, the oldest first; nothing without a budget. */
export function overBudget(surplus: readonly Surplus[], usedBytes: number, budgetBytes: number | null): Surplus[] {
  const chosen: Surplus[] = []
  let left = usedBytes
  for (const each of surplus) {
    if (budgetBytes === null || left <= budgetBytes) break
    chosen.push(each)
    left -= each.sizeBytes
  }
  return chosen
}

const GIB = 1024 ** 3
const FEW = { share: 0.1, bytes: 2 * GIB }

/** What to say of a disk before it is full; null while there is room. */
export function diskWarning({ path, totalBytes, freeBytes }: Disk): string | null {
  // A tenth of a large disk is plenty: both have to be short, or very little be left.
  const isShort = freeBytes < FEW.bytes || (freeBytes / totalBytes < FEW.share && freeBytes < 10 * FEW.bytes)
  if (!isShort) return null
  const percent = Math.floor((1 - freeBytes / totalBytes) * 100)
  return `The disk of ${path} is ${percent} % full: ${inGib(freeBytes)} of ${inGib(totalBytes)} are free. Free some space on it before builds and deployments fail.`
}

function inGib(bytes: number): string {
  return `${Math.round((bytes / GIB) * 10) / 10} GiB`
}
