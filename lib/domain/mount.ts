import type { ServiceSettings } from '../contract/service-settings'

// Where a volume appears inside a service, and what follows from that a volume has one writer.

/** A volume as a deployment is queued with it. */
export type FrozenMount = { volumeId: string; /** As it was called then: its variable is named after it. */ name: string; path: string }

/** Folder of a service's own files, in images that are made here and in what is said of processes. */
export const APP = '/app'

/** What the machine itself needs to be as it is, the folder of the program included. */
const NOT_AT = ['/', APP, '/bin', '/boot', '/dev', '/etc', '/lib', '/lib64', '/proc', '/root', '/run', '/sbin', '/sys', '/tmp', '/usr', '/var']
const NOT_BELOW = ['/dev', '/proc', '/sys']
const LONGEST = 200
const SEGMENT = /^[A-Za-z0-9._@+ -]{1,100}$/

/** Why a volume cannot appear at a path; null when it can. */
export function mountPathProblem(path: string): string | null {
  if (!path.startsWith('/')) return 'A mount path is absolute: it begins with a slash, as in /data.'
  if (path.length > LONGEST) return `A mount path has at most ${LONGEST} characters.`
  if (NOT_AT.includes(path)) return `A volume at ${path} would hide what a program needs there. Choose a folder of its own, such as /data.`
  if (NOT_BELOW.some((folder) => path.startsWith(`${folder}/`))) return `Nothing can be mounted below ${path.split('/').slice(0, 2).join('/')}. Choose another folder, such as /data.`
  const parts = path.slice(1).split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'A mount path has no empty part, no "." and no "..", and does not end with a slash.'
  if (!parts.every((part) => SEGMENT.test(part) && part === part.trim())) return 'A mount path is made of letters, digits and . _ @ + - between slashes.'
  return null
}

/** Whether one of two paths is inside the other, or both are the same. */
export function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)
}

/** The variable that says where the content of a volume is for the program. */
export function volumeVariable(name: string): string {
  return `EASEL_VOLUME_${name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'VOLUME'}`
}

/** Where volumes are, as variables: each by its name, and the first one by a name that is always the same. */
export function volumeVariables(volumes: readonly { name: string; at: string }[]): Record<string, string> {
  const [first] = volumes
  return { ...Object.fromEntries(volumes.map(({ name, at }) => [volumeVariable(name), at])), ...(first ? { EASEL_VOLUME_PATH: first.at } : {}) }
}

type Spec = { settings: ServiceSettings; mounts?: readonly FrozenMount[] }

/** The settings that a deployment runs with: what has a volume is there once, and makes room before its next version starts. */
export function settingsInForce({ settings, mounts = [] }: Spec): ServiceSettings {
  if (mounts.length === 0) return settings
  const cron = settings.cron?.overlap === 'parallel' ? { ...settings.cron, overlap: 'wait' as const } : settings.cron
  return { ...settings, replicas: 1, rollout: 'replace', cron }
}

const MEBIBYTE = 1_048_576
const NEAR = 0.8

/** How what a volume holds compares with what it should not go beyond. */
export function fillOf({ sizeBytes, limitMib }: { sizeBytes: number | null; limitMib: number | null }): 'unlimited' | 'fine' | 'near' | 'over' {
  if (limitMib === null) return 'unlimited'
  const share = (sizeBytes ?? 0) / (limitMib * MEBIBYTE)
  return share >= 1 ? 'over' : share >= NEAR ? 'near' : 'fine'
}
