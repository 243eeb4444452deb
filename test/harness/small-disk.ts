import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of a few megabytes that a test may fill. */
export type SmallDisk = { path: string; fill(): void; free(): void; close(): void }

/** Mounts one; null where that is not allowed, with which a test says why it is skipped. */
export function smallDisk(sizeMib: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'easel-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmdirSync(path)
    return null
  }
  const filling = join(path, 'filling')
  return {
    path,
    fill() {
      try {
        for (let kib = 4; ; kib += 4) writeFileSync(filling, Buffer.alloc(4096), { flag: kib === 4 ? 'w' : 'a' })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    free: () => rmSync(filling, { force: true }),
    close() {
      execFileSync('umount', ['--lazy', path], { stdio: 'ignore' })
      rmdirSync(path)
    },
  }
}
