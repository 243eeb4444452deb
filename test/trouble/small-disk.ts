import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, rmdirSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// A disk of a few megabytes, to be filled. Mounting one needs root on Linux.

export type SmallDisk = {
  path: string
  /** Takes all the room there is, and what others give back; gives it back itself by the returned function. */
  fill(): () => void
  unmount(): void
}

const AGAIN_MS = 20
const CHUNK = Buffer.alloc(64 * 1024, 1)

/** Mounts a small disk, or says why this machine does not let us. */
export function mountSmallDisk(sizeMib: number): SmallDisk | { refused: string } {
  const path = mkdtempSync(join(tmpdir(), 'easel-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m,nr_inodes=20000`, 'easel-small', path], { stdio: 'pipe' })
  } catch (error) {
    rmdirSync(path)
    return { refused: `a small disk could not be mounted: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : 'no reason was given'}` }
  }
  let timer: NodeJS.Timeout | undefined
  return {
    path,
    fill() {
      const file = join(path, 'filler')
      fillUp(file)
      timer = setInterval(() => fillUp(file), AGAIN_MS)
      return () => {
        clearInterval(timer)
        rmSync(file, { force: true })
      }
    },
    unmount() {
      clearInterval(timer)
      // A program that ends this moment may still hold it.
      execFileSync('umount', ['--lazy', path], { stdio: 'pipe' })
      rmdirSync(path)
    },
  }
}

function fillUp(file: string): void {
  const handle = openSync(file, 'a')
  try {
    for (let size = CHUNK.length; size >= 1; ) {
      try {
        writeSync(handle, CHUNK, 0, size)
      } catch {
        // No room for a whole one: smaller ones, to the last byte.
        size = Math.floor(size / 2)
      }
    }
  } finally {
    closeSync(handle)
  }
}
