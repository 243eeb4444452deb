// What lies on the disk of a Docker target because of us, and what of it may go. Pure: the worker measures and removes.

/** Something that nothing needs any more. */
export type Surplus = {
  kind: 'image' | 'build_cache'
  /** Id at the engine. */
  id: string
  /** Tags, or what it is, for people. */
  name: string
  sizeBytes: number
  /** When it was used or made last, as an instant; null where the engine does not tell. */
  lastUsedAt: string | null
  /** Why it may go, as a sentence. */
  why: string
}

export type Disk = { path: string; totalBytes: number; freeBytes: number }

export type SeenStorage = {
  /** Images of ours, each layer counted once as far as the engine tells. */
  imagesBytes: number
  cacheBytes: number
  /** Null: no budget is set. */
  budgetBytes: number | null
  surplus: Surplus[]
  /** Of the engine; null where it cannot be seen from here. */
  disk: Disk | null
  /** What the last cleaning removed. */
  cleaned: { at: string; removed: number; bytes: number; message: string | null } | null
}
