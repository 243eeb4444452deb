import type { FigureWords } from './figures'

// What a database engine is to the people who use it. Pure data: how it is run is beside the worker, in provisioning/database.

/** A variable a database begins with. `password`: a random one, secret. In a value, `${{self.KEY}}` refers to the database itself. */
export type EngineVariable = { key: string; value: string } | { key: string; password: true }

export type Engine = {
  /** As people call it. */
  word: string
  /** What it is for, in a few words. */
  meaning: string
  /** Lines of versions offered where images run, newest first. */
  versions: readonly string[]
  /** How many parts of a version name a line whose data folders are compatible: 1 for `17`, 2 for `10.11`. */
  lineParts: 1 | 2
  /** The port it listens on where each service has an address of its own. */
  port: number
  /** Where its volume is mounted. */
  dataPath: string
  /** Of the address, such as `postgresql`. */
  scheme: string
  /** The variable that holds everything a client needs. */
  urlKey: string
  variables: readonly EngineVariable[]
  /** Whether it takes two logins at once, so that one can take the place of the other while it is used. */
  rotates: boolean
  figures: FigureWords
  /** Keys of the variables that a person connects with; null where there is none. */
  login: { user: string | null; password: string; database: string | null }
}
