import { isChord, type Pressed } from './keys'
import { isSite, type Subject, type SubjectKind } from './subject'

// What is done by keys, and on what: enough to know at once what a press is for. The rest of each command is in ./table, which is
// loaded when one is wanted.

export type Keyed = {
  /** The first one is shown. */
  keys: readonly string[]
  on: readonly SubjectKind[]
  /** Where it applies only to some. */
  fits?: (subject: Subject) => boolean
}

export const KEYED = {
  open: { keys: ['enter'], on: ['service', 'volume', 'link', 'mount'] },
  deploy: { keys: ['shift+d'], on: ['service', 'selection'] },
  openUrl: { keys: ['shift+o'], on: ['service'], fits: isSite },
  connect: { keys: ['shift+k'], on: ['service'] },
  unmount: { keys: ['delete', 'backspace'], on: ['mount'] },
  rename: { keys: ['f2'], on: ['service', 'volume', 'group'] },
  duplicate: { keys: ['mod+d'], on: ['service', 'selection'] },
  group: { keys: ['mod+g'], on: ['service', 'volume', 'selection'] },
  inside: { keys: ['enter'], on: ['group'] },
  ungroup: { keys: ['mod+shift+g', 'delete', 'backspace'], on: ['group'] },
  unlink: { keys: ['delete', 'backspace'], on: ['link'] },
  delete: { keys: ['delete', 'backspace'], on: ['service', 'volume', 'selection'] },
  palette: { keys: ['mod+k'], on: ['pane'] },
  find: { keys: ['mod+f'], on: ['pane'] },
  keys: { keys: ['?'], on: ['pane'] },
  undo: { keys: ['mod+z'], on: ['pane'] },
  redo: { keys: ['mod+shift+z', 'mod+y'], on: ['pane'] },
  selectAll: { keys: ['mod+a'], on: ['pane'] },
  clear: { keys: ['escape'], on: ['selection'] },
  layout: { keys: ['shift+l'], on: ['pane'] },
  snap: { keys: ['shift+g'], on: ['pane'] },
  map: { keys: ['shift+m'], on: ['pane'] },
  fit: { keys: ['shift+f'], on: ['pane'] },
  view: { keys: ['shift+v'], on: ['pane'] },
  logs: { keys: ['shift+e'], on: ['pane'] },
  charts: { keys: ['shift+c'], on: ['pane'] },
  review: { keys: ['shift+r'], on: ['pane'] },
  deployAll: { keys: ['mod+enter'], on: ['pane'] },
} as const satisfies Record<string, Keyed>

export type KeyedId = keyof typeof KEYED

const ALL = Object.entries(KEYED) as [KeyedId, Keyed][]

/** Whether what is pressed is a command of anything. Enter and Escape mean much else besides. */
export function isKeyed(pressed: Pressed): boolean {
  return pressed.key !== 'Enter' && pressed.key !== 'Escape' && ALL.some(([, { keys }]) => keys.some((chord) => isChord(pressed, chord)))
}

/** The command that what is pressed means for a subject. */
export function keyedFor(pressed: Pressed, subject: Subject): KeyedId | undefined {
  return ALL.find(([, { keys, on, fits }]) => on.includes(subject.kind) && (fits?.(subject) ?? true) && keys.some((chord) => isChord(pressed, chord)))?.[0]
}
