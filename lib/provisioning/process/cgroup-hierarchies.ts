import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

// Where on this machine groups of processes can be made. Version 2 has one tree for everything, version 1 one per
// controller; some machines have both, with the controllers in version 1 and an empty version 2 beside it, which still
// knows who belongs to a group and can end it at a stroke.
//
// We make groups below the group we run in. In version 2 a group that has processes cannot have children with
// controllers, so there the nearest group above that can is taken, up to the root.

export const CONTROLLERS = ['memory', 'cpu', 'pids'] as const
export type Controller = (typeof CONTROLLERS)[number]

/** A tree of groups. New ones are made in `base`, and can be held to limits by `controllers`. */
export type Hierarchy = { version: 1 | 2; base: string; controllers: readonly Controller[] }

export type Mount = { version: 1 | 2; /** Which group the mount shows as its root. */ root: string; path: string; controllers: readonly Controller[] }

/** Every tree in which groups can be made and left again by us; none where the system has no such thing or does not let us. */
export function findHierarchies(): Hierarchy[] {
  if (process.platform !== 'linux') return []
  const own = parseMembership(readOrEmpty('/proc/self/cgroup'))
  return parseMounts(readOrEmpty('/proc/self/mountinfo')).flatMap((mount) => {
    const group = own.find((entry) => (mount.version === 2 ? entry.controllers.length === 0 : mount.controllers.some((name) => entry.controllers.includes(name))))
    const found = settle(mount, foldersUp(mount, group?.path ?? '/'))
    return found ? [found] : []
  })
}

/** The mounted trees that matter, from a text such as /proc/self/mountinfo. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [front = '', back = ''] = line.split(' - ')
    const [, , , root, path] = front.split(' ').map(unescape)
    const [type, , options = ''] = back.split(' ')
    if (root === undefined || path === undefined) return []
    if (type === 'cgroup2') return [{ version: 2, root, path, controllers: [] }]
    const controllers = CONTROLLERS.filter((name) => options.split(',').includes(name))
    return type === 'cgroup' && controllers.length > 0 ? [{ version: 1, root, path, controllers }] : []
  })
}

/** Which group a process is in, per tree, from a text such as /proc/self/cgroup. Version 2 names no controllers. */
export function parseMembership(text: string): { controllers: string[]; path: string }[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\d+:([^:]*):(\/.*)$/.exec(line)
    return found ? [{ controllers: found[1]!.split(',').filter(Boolean), path: found[2]! }] : []
  })
}

/** The folder of a group and those above it, nearest first. */
function foldersUp(mount: Mount, group: string): string[] {
  const below = relative(mount.root, group)
  // A mount that shows another part of the tree (a container's) has our group as its root.
  const own = below.startsWith('..') ? mount.path : join(mount.path, below)
  const folders: string[] = []
  for (let folder = own; folder.startsWith(mount.path); folder = dirname(folder)) folders.push(folder)
  return folders
}

function settle(mount: Mount, folders: readonly string[]): Hierarchy | null {
  const usable = folders.filter(isUsable)
  if (mount.version === 1) return usable[0] === undefined ? null : { version: 1, base: usable[0], controllers: mount.controllers }
  const wanted = CONTROLLERS.filter((name) => namesIn(join(mount.path, 'cgroup.controllers')).includes(name))
  let best: Hierarchy | null = null
  for (const base of usable) {
    const controllers = enable(base, wanted)
    if (best === null || controllers.length > best.controllers.length) best = { version: 2, base, controllers }
    if (controllers.length === wanted.length) break
  }
  return best
}

/** Makes a group and removes it: permissions alone do not say whether that works. */
function isUsable(folder: string): boolean {
  const probe = join(folder, `easel-probe-${process.pid}`)
  try {
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK)
    mkdirSync(probe)
    rmdirSync(probe)
    return true
  } catch {
    return false
  }
}

/** Which of these controllers the children of a group have, after asking for all. Memory first: it is refused to a group with processes, and the others would only seem to work. */
function enable(folder: string, wanted: readonly Controller[]): Controller[] {
  const file = join(folder, 'cgroup.subtree_control')
  for (const name of wanted) {
    if (namesIn(file).includes(name)) continue
    try {
      writeFileSync(file, `+${name}`)
    } catch {
      break
    }
  }
  return wanted.filter((name) => namesIn(file).includes(name))
}

function namesIn(file: string): string[] {
  return readOrEmpty(file).trim().split(' ')
}

export function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** mountinfo writes spaces and backslashes as three octal digits. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
