import {
  AlignCenterHorizontal, AlignCenterVertical, AlignEndHorizontal, AlignEndVertical, AlignHorizontalSpaceAround, AlignStartHorizontal, AlignStartVertical, AlignVerticalSpaceAround,
  CircleStop, Copy, CopyPlus, Eraser, ExternalLink, FolderOpen, GitBranch, Grid3x3, Group, HardDrive, History, Keyboard, LayoutList, Link2, ListChecks, Map, Maximize, Network, PanelRight, Pencil, Play,
  Redo2, Rocket, Search, Settings, SquareDashedMousePointer, SquareSplitHorizontal, Sun, Trash2, Undo2, Ungroup, Unlink, Variable, type LucideIcon,
} from 'lucide-react'

import type { Subject, SubjectKind } from './subject'

// Everything one can do on the canvas, once. Menus, the palette, the keyboard and the list of keys are made of it; how each
// is done says use-doing.

export type Spec = {
  label: string | ((subject: Subject) => string)
  icon?: LucideIcon
  /** The first one is shown. */
  keys?: readonly string[]
  on: readonly SubjectKind[]
  /** Commands of one block stand together in a menu. */
  block: 'go' | 'do' | 'edit' | 'align' | 'arrange' | 'look' | 'changes' | 'end' | 'history' | 'find'
  danger?: boolean
  /** Where it applies only to some. */
  fits?: (subject: Subject) => boolean
  /** Not in menus, where it would be noise; in the palette and on the keyboard. */
  isQuiet?: boolean
}

const NODE: SubjectKind[] = ['service', 'volume']

const isSite = (subject: Subject) => subject.kind === 'service' && subject.service.cron === null && subject.service.source.type !== 'database'
const isState = (...states: string[]) => (subject: Subject) => subject.kind === 'service' && states.includes(subject.service.state)
const inGroup = (subject: Subject) => (subject.kind === 'service' && subject.service.groupId !== null) || (subject.kind === 'volume' && subject.volume.groupId !== null)
const hasSeveral = (subject: Subject) => subject.kind === 'selection' && subject.ids.length > 2

export const COMMANDS = {
  open: { label: (subject) => (subject.kind === 'link' ? 'Open its variables' : subject.kind === 'mount' ? 'Open the volume' : 'Open'), icon: PanelRight, keys: ['enter'], on: [...NODE, 'link', 'mount'], block: 'go' },
  deploy: { label: (subject) => (subject.kind === 'selection' ? 'Deploy them' : 'Deploy'), icon: Rocket, keys: ['shift+d'], on: ['service', 'selection'], block: 'go' },
  openUrl: { label: 'Open URL', icon: ExternalLink, keys: ['shift+o'], on: ['service'], block: 'do', fits: isSite },
  copyUrl: { label: 'Copy URL', icon: Copy, on: ['service'], block: 'do', fits: isSite },
  runs: { label: 'Runs', icon: History, on: ['service'], block: 'do', fits: (subject) => subject.kind === 'service' && subject.service.cron !== null },
  connection: { label: 'Connection', icon: Link2, on: ['service'], block: 'do', fits: (subject) => subject.kind === 'service' && subject.service.source.type === 'database' },
  files: { label: 'Files', icon: FolderOpen, on: ['volume'], block: 'do' },
  variables: { label: 'Variables', icon: Variable, on: ['service'], block: 'do' },
  connect: { label: 'Link to…', icon: Link2, keys: ['shift+k'], on: ['service'], block: 'do' },
  addVolume: { label: 'Attach a volume…', icon: HardDrive, on: ['service'], block: 'do' },
  attach: { label: (subject) => (subject.kind === 'mount' || (subject.kind === 'volume' && subject.volume.serviceId !== null) ? 'Change mount path…' : 'Attach…'), icon: Link2, on: ['volume', 'mount'], block: 'do' },
  detach: { label: 'Detach…', icon: Unlink, on: ['volume'], block: 'do', fits: (subject) => subject.kind === 'volume' && subject.volume.serviceId !== null },
  unmount: { label: 'Detach…', icon: Unlink, keys: ['delete', 'backspace'], on: ['mount'], block: 'do' },
  settings: { label: 'Settings', icon: Settings, on: ['service'], block: 'do' },
  rename: { label: 'Rename', icon: Pencil, keys: ['f2'], on: ['service', 'volume', 'group'], block: 'edit' },
  duplicate: { label: (subject) => (subject.kind === 'selection' ? 'Duplicate services' : 'Duplicate'), icon: CopyPlus, keys: ['mod+d'], on: ['service', 'selection'], block: 'edit' },
  group: { label: 'Group', icon: Group, keys: ['mod+g'], on: ['service', 'volume', 'selection'], block: 'edit' },
  leave: { label: 'Take out of its group', icon: SquareSplitHorizontal, on: NODE, block: 'edit', fits: inGroup },
  inside: { label: 'Select what is in it', icon: SquareDashedMousePointer, keys: ['enter'], on: ['group'], block: 'edit' },
  ungroup: { label: 'Ungroup', icon: Ungroup, keys: ['mod+shift+g', 'delete', 'backspace'], on: ['group'], block: 'edit' },
  alignLeft: { label: 'Align left', icon: AlignStartVertical, on: ['selection'], block: 'align' },
  alignCentre: { label: 'Align centres', icon: AlignCenterVertical, on: ['selection'], block: 'align' },
  alignRight: { label: 'Align right', icon: AlignEndVertical, on: ['selection'], block: 'align' },
  alignTop: { label: 'Align top', icon: AlignStartHorizontal, on: ['selection'], block: 'align' },
  alignMiddle: { label: 'Align middles', icon: AlignCenterHorizontal, on: ['selection'], block: 'align' },
  alignBottom: { label: 'Align bottom', icon: AlignEndHorizontal, on: ['selection'], block: 'align' },
  spaceAcross: { label: 'Same room across', icon: AlignHorizontalSpaceAround, on: ['selection'], block: 'align', fits: hasSeveral },
  spaceDown: { label: 'Same room down', icon: AlignVerticalSpaceAround, on: ['selection'], block: 'align', fits: hasSeveral },
  wake: { label: 'Wake', icon: Sun, on: ['service'], block: 'end', fits: isState('sleeping') },
  start: { label: 'Start', icon: Play, on: ['service'], block: 'end', fits: isState('suspended') },
  stop: { label: 'Stop', icon: CircleStop, on: ['service'], block: 'end', fits: (subject) => !isState('suspended')(subject) },
  unlink: { label: 'Remove the reference…', icon: Unlink, keys: ['delete', 'backspace'], on: ['link'], block: 'end', danger: true },
  delete: { label: 'Delete…', icon: Trash2, keys: ['delete', 'backspace'], on: ['service', 'volume', 'selection'], block: 'end', danger: true },

  palette: { label: 'All commands', icon: Search, keys: ['mod+k'], on: ['pane'], block: 'find', isQuiet: true },
  find: { label: 'Find a node', icon: Search, keys: ['mod+f'], on: ['pane'], block: 'find' },
  keys: { label: 'Keys', icon: Keyboard, keys: ['?'], on: ['pane'], block: 'find' },
  undo: { label: 'Undo', icon: Undo2, keys: ['mod+z'], on: ['pane'], block: 'history' },
  redo: { label: 'Redo', icon: Redo2, keys: ['mod+shift+z', 'mod+y'], on: ['pane'], block: 'history' },
  selectAll: { label: 'Select everything', icon: SquareDashedMousePointer, keys: ['mod+a'], on: ['pane'], block: 'arrange' },
  clear: { label: 'Select nothing', keys: ['escape'], on: ['selection'], block: 'arrange', isQuiet: true },
  layout: { label: 'Arrange automatically', icon: Network, keys: ['shift+l'], on: ['pane'], block: 'arrange' },
  frame: { label: 'New group here', icon: Group, on: ['pane'], block: 'arrange' },
  snap: { label: 'Snap to the grid', icon: Grid3x3, keys: ['shift+g'], on: ['pane'], block: 'look' },
  map: { label: 'Show the map', icon: Map, keys: ['shift+m'], on: ['pane'], block: 'look' },
  fit: { label: 'Show everything', icon: Maximize, keys: ['shift+f'], on: ['pane'], block: 'look' },
  view: { label: 'Canvas or list', icon: LayoutList, keys: ['shift+v'], on: ['pane'], block: 'look' },
  review: { label: 'Review changes', icon: ListChecks, keys: ['shift+r'], on: ['pane'], block: 'changes', isQuiet: true },
  deployAll: { label: 'Deploy all changes', icon: Rocket, keys: ['mod+enter'], on: ['pane'], block: 'changes', isQuiet: true },
  discard: { label: 'Discard changes…', icon: Eraser, on: ['pane'], block: 'changes', isQuiet: true },
  revisions: { label: 'Revisions', icon: History, on: ['pane'], block: 'changes', isQuiet: true },
  shared: { label: 'Shared variables', icon: Variable, on: ['pane'], block: 'changes', isQuiet: true },
  branch: { label: 'Branch this environment…', icon: GitBranch, on: ['pane'], block: 'changes', isQuiet: true },
} as const satisfies Record<string, Spec>

export type CommandId = keyof typeof COMMANDS

/** Every command, in the order in which menus show them. */
export const ALL = Object.entries(COMMANDS) as [CommandId, Spec][]

/** The commands that apply to a subject. */
export function commandsFor(subject: Subject): [CommandId, Spec][] {
  return ALL.filter(([, spec]) => spec.on.includes(subject.kind) && (spec.fits?.(subject) ?? true))
}

export function labelOf(spec: Spec, subject: Subject): string {
  return typeof spec.label === 'string' ? spec.label : spec.label(subject)
}

/** What the keyboard does that is no command: it needs a place, not a name. */
export const MOVES = [
  { label: 'Walk along links, or to the next node', keys: 'arrows' },
  { label: 'Walk to the links of a node, then to the next one', keys: 'tab' },
  { label: 'Move what is selected', keys: 'alt+arrows' },
  { label: 'Add to what is selected', keys: 'shift+click' },
  { label: 'Select with a box', keys: 'shift+drag' },
] as const
