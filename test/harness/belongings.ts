import { readdirSync, readFileSync, readlinkSync, type Dirent } from 'node:fs'
import { join } from 'node:path'

// What belongs to a data folder: processes that work in it or were given it, and folders in it. Linux only.

export type Belonging = { pid: number; /** The first words of its command, folders cut off. */ command: string; /** Name of the workload it belongs to. */ workload: string | null }

/** Processes of this machine that have anything to do with a data folder, besides those known. */
export function processesOf(dataDir: string, known: readonly number[]): Belonging[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !known.includes(Number(name)))
    .flatMap((name) => {
      const environment = read(`/proc/${name}/environ`)
      const command = read(`/proc/${name}/cmdline`)
      if (![environment, command, linkOf(`/proc/${name}/cwd`)].some((text) => text.includes(dataDir))) return []
      const workload = /(?:^|\0)HOME=[^\0]*\/workloads\/([^/\0]+)\//.exec(environment)?.[1] ?? null
      return [{ pid: Number(name), command: command.split('\0').slice(0, 2).map(lastPart).join(' ').trim(), workload }]
    })
}

/** Names of what lies in a folder of the data folder, in order. */
export function namesIn(folder: string): string[] {
  return entriesOf(folder).map(({ name }) => name).sort()
}

/** Every file that a program may have left half-written below the data folder. */
export function halves(dataDir: string): string[] {
  return filesBelow(dataDir).filter((path) => /\.(new|tmp|part|lock)$|^\.(trash|partial|tmp)|\.git-home$/.test(lastPart(path)))
}

/** Every file and folder, as paths relative to the folder. What goes while it is looked at is not there. */
function filesBelow(folder: string, path = ''): string[] {
  return entriesOf(join(folder, path)).flatMap((entry) => {
    const own = `${path}/${entry.name}`
    return entry.isDirectory() ? [own, ...filesBelow(folder, own)] : [own]
  })
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

function lastPart(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}

// A process may end between two looks at it.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
