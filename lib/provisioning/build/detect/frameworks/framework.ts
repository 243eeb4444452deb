import type { App } from '../app'

/** How the result of a framework's build is served. */
export type Serving =
  | { kind: 'files'; directory: string; fallback: string | null; decidedBy: string }
  | { kind: 'server'; argv: string[]; decidedBy: string }

export type Framework = {
  id: string
  /** Name as people write it. */
  name: string
  decidedBy: string
  /** Null when it takes a start script of the app. */
  serving: Serving | null
  /** Run when package.json has no build script. */
  build: string[] | null
  buildEnv: Record<string, string>
  /** For whatever command starts it: where to listen, mostly. */
  serverEnv: Record<string, string>
  /** Folders kept between builds. */
  caches: string[]
  notes: string[]
  /** Says why this start script is not taken; null for one that is fine. */
  refusesStart?: (script: string) => string | null
}

export type DetectFramework = (app: App) => Framework | null

/** Only the local proxy needs to reach it. */
export const LOOPBACK = '127.0.0.1'

/** A framework with nothing special about it. */
export function framework(parts: Pick<Framework, 'id' | 'name' | 'decidedBy'> & Partial<Framework>): Framework {
  return { serving: null, build: null, buildEnv: {}, serverEnv: {}, caches: [], notes: [], ...parts }
}

/** `package.json → dependencies.next`. */
export function dependencyOf(name: string): string {
  return `package.json → dependencies.${name}`
}

/** Each configuration file name with every ending. */
export function configNames(stem: string): string[] {
  return ['ts', 'js', 'mjs', 'cjs', 'mts', 'cts'].map((ending) => `${stem}.config.${ending}`)
}
