import type { Login } from '../../secrets/sealed-rotation'
import type { RunAs } from '../../supervisor/postgres/run-as'
import type { FiguresPart } from './figures/part'

// How an engine is run: by the image it publishes, and as a process of this machine. All but the probe is data.

/** One program with its arguments; `input` is what it reads. */
export type Command = { argv: string[]; input?: string; env?: Record<string, string> }

/** A step of setting up an empty folder. */
export type Step = { run: Command } | { write: string; text: string }

/** Programs of this machine, by what they are called here, and their version. */
export type Programs = { version: string; paths: Record<string, string> }

/** A database about to run as a process of this machine. */
export type Place = {
  programs: Programs
  /** Folder of its data, and one for what it needs while it runs. Absolute. */
  data: string
  temporary: string
  port: number
  /** Its variables. */
  env: Readonly<Record<string, string>>
}

export type ProcessPart = {
  /** The system user it runs as when Easel itself runs as root, made when absent. */
  user: string
  /** What to do when its programs are not there, as a sentence. */
  install: string
  /** Its programs; null when there are none. */
  find(finding: Finding): Promise<Programs | null>
  /** What makes a database of an empty folder `data`. */
  setUp(place: Place): Step[]
  /** What makes a data folder that came from a snapshot one with the variables of this database; absent: they are not in it. */
  afterRestore?(place: Place): Step[]
  serve(place: Place): Command
  /** The signal at which it ends soon, and without loss. */
  stopSignal: NodeJS.Signals
  /** Resolves when it answers a question; throws an Error with a sentence. */
  probe(place: Pick<Place, 'port' | 'env'>, signal: AbortSignal): Promise<void>
}

export type Finding = { runAs: RunAs | null; /** Folders that programs are looked for in, joined. */ path: string; signal: AbortSignal }

export type ImagePart = {
  /** The name of its official image for a version. */
  reference(version: string): string
  /** Besides its variables, which the image reads. */
  env: Readonly<Record<string, string>>
  /** Arguments; null: as the image says. */
  argv: string[] | null
  /** Whether it sets its login by its variables when its volume was put there from a snapshot; see start-scripts.ts. */
  knowsRestored: boolean
  /** Ends with code 0 when the database answers a question of somebody with its credentials. */
  probe: string[]
}

/** A database that runs, and somebody who may connect to it. `inside`: runs a program where its server is, with its variables; what it prints. */
export type Door = { host: string; port: number; database: string | null; login: Login; inside(argv: readonly string[], signal: AbortSignal): Promise<string> }

/**
 * How another login becomes valid beside the present one, and how one stops being. Each is safe to repeat, and throws an Error
 * with a sentence when the engine refuses: a LoginRefused where that will not change by itself.
 */
export type CredentialsPart = {
  /** Comes in as the login of the door, and goes again. */
  greet(door: Door, signal: AbortSignal): Promise<void>
  /** Who the next login is, beside that of the door. */
  nextUser(door: Door, signal: AbortSignal): Promise<string | null>
  /** Makes `next` valid, with the rights of the login of the door. Nothing changes for that one. */
  admit(door: Door, next: Login, signal: AbortSignal): Promise<void>
  /** A mark of this moment, from which on references lead to the other login, where `revoke` needs one. */
  mark?(door: Door, signal: AbortSignal): Promise<string>
  /** From here on `gone` is refused, and who connected with it is cut off. */
  revoke(door: Door, gone: Login, since: Since, signal: AbortSignal): Promise<void>
  /** The variable that tells a server that is started again meanwhile which other password is valid; null where it remembers by itself. */
  otherPasswordKey: string | null
}

/** How long references have led to the login that stays, and the mark of when that began. */
export type Since = { writtenMs: number; mark: string | null }

/** `process` null: it runs as an image only. `credentials` null: they cannot be replaced while it is used. */
export type EngineRecipe = { image: ImagePart; process: ProcessPart | null; credentials: CredentialsPart | null; figures: FiguresPart }
