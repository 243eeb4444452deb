import semver from 'semver'

import type { ImageStore } from './image-store'

/** Versions of Node that have an official image and are looked after, the one to take first. */
const MAJORS = [22, 24, 20, 18] as const

/**
 * Major versions of Node that an image can be made with, the one to take first: those whose base image the engine has
 * already, so that nothing has to be fetched, and among them that of this machine, with which the source would run as a process.
 */
export async function offeredMajors(images: Pick<ImageStore, 'inspect'>, prefix: string, signal: AbortSignal): Promise<number[]> {
  const own = semver.major(process.versions.node)
  const all = [...MAJORS].sort((a, b) => Number(b === own) - Number(a === own))
  const found = await Promise.all(all.map((major) => images.inspect(nodeImage(major, prefix), signal)))
  return [...all.filter((_, index) => found[index] !== null), ...all.filter((_, index) => found[index] === null)]
}

/** The first of them that the source is content with; the very first when it is content with none, or does not say. */
export function nodeMajor(nodeRange: string | null, offered: readonly number[]): number {
  return fittingMajor(nodeRange, offered) ?? offered[0]!
}

/** Null when the source would be content with none of them. */
export function fittingMajor(nodeRange: string | null, offered: readonly number[]): number | null {
  const range = nodeRange === null ? null : semver.validRange(nodeRange)
  if (range === null) return offered[0] ?? null
  return offered.find((major) => semver.intersects(`${major}.x`, range)) ?? null
}

/** `prefix`: of a mirror, such as `mirror.example.com/library/`; empty for the registry that Docker knows. */
export function nodeImage(major: number, prefix: string): string {
  return `${prefix}node:${major}-bookworm-slim`
}

/** All that images are made from, the usual one first. */
export function nodeImages(prefix: string): string[] {
  return [...new Set([semver.major(process.versions.node), ...MAJORS])].map((major) => nodeImage(major, prefix))
}
