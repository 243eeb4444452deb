import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file only its owner reads: beside, onto the disk, then renamed, so that a crash leaves the old or the new one whole. In pieces, others have their turn in between. */
export async function writeWhole(path: string, text: string | Iterable<string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(`${path}.partial`, 'w', 0o600)
  try {
    for (const piece of typeof text === 'string' ? [text] : text) await file.writeFile(piece)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.partial`, path)
}
