import semver from 'semver'

/** Versions of Node that have an official image and are looked after, the one to take first. */
const MAJORS = [22, 24, 20, 18] as const

/**
 * The major version of Node an image is made with: that of the machine while the source is content with it, because that
 * is what its recipe was planned for, and otherwise the first that the source asks for.
 */
export function nodeMajor(nodeRange: string | null, machineVersion: string): number {
  const own = semver.major(machineVersion)
  const offered = MAJORS.some((major) => major === own) ? [own, ...MAJORS] : [...MAJORS]
  const range = nodeRange === null ? null : semver.validRange(nodeRange)
  if (range === null) return offered[0]!
  return offered.find((major) => semver.intersects(`${major}.x`, range)) ?? offered[0]!
}

/** `prefix`: of a mirror, such as `mirror.example.com/library/`; empty for the registry that Docker knows. */
export function nodeImage(major: number, prefix: string): string {
  return `${prefix}node:${major}-bookworm-slim`
}

/** All that images are made from, the usual one first. */
export function nodeImages(prefix: string): string[] {
  return [...new Set([semver.major(process.versions.node), ...MAJORS])].map((major) => nodeImage(major, prefix))
}
