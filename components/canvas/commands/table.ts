import {
  AlignCenterHorizontal, AlignCenterVertical, AlignEndHorizontal, AlignEndVertical, AlignHorizontalSpaceAround, AlignStartHorizontal, AlignStartVertical, AlignVerticalSpaceAround,
  ChartSpline, CircleStop, Copy, CopyPlus, Eraser, ExternalLink, FolderOpen, GitBranch, Grid3x3, Group, HardDrive, History, Keyboard, LayoutList, Link2, ListChecks, Map, Maximize, Network, PanelRight, Pencil, Play,
  Redo2, Rocket, ScrollText, Search, Settings, SquareDashedMousePointer, SquareSplitHorizontal, Sun, Trash2, Undo2, Ungroup, Unlink, Variable, type LucideIcon,
} from 'lucide-react'

import { KEYED, type Keyed } from './keyed'
import { isSite, type Subject, type SubjectKind } from './subject'

// Everything one can do on the canvas, once. Menus, the palette, the keyboard and the list of keys are made of it; how each
// is done says use-doing.

export type Spec = Omit<Keyed, 'keys'> & {
  label: string | ((subject: Subject) => string)
  icon?: LucideIcon
  keys?: Keyed['keys']
  /** Commands of one block stand together in a menu. */
  block: 'go' | 'do' | 'edit' | 'align' | 'arrange' | 'look' | 'changes' | 'end' | 'history' | 'find'
  danger?: boolean
  /** Not in menus, where it would be noise; in the palette and on the keyboard. */
  isQuiet?: boolean
}

const NODE: SubjectKind[] = ['service', 'volume']

const isState = (...states: string[]) => (subject: Subject) => subject.kind === 'service' && states.includes(subject.service.state)
const inGroup = (subject: Subject) => (subject.kind === 'service' && subject.service.groupId !== null) || (subject.kind === 'volume' && subject.volume.groupId !== null)
const hasSeveral = (subject: Subject) => subject.kind === 'selection' && subject.ids.length > 2

export const COMMANDS = {
  open: { ...KEYED.open, label: (subject) => (subject.kind === 'link' ? 'Open its variables' : subject.kind === 'mount' ? 'Open the volume' : 'Open'), icon: PanelRight, block: 'go' },
  deploy: { ...KEYED.deploy, label: (subject) => (subject.kind === 'selection' ? 'Deploy them' : 'Deploy'), icon: Rocket, block: 'go' },
  openUrl: { ...KEYED.openUrl, label: 'Open URL', icon: ExternalLink, block: 'do' },
  copyUrl: { label: 'Copy URL', icon: Copy, on: ['service'], block: 'do', fits: isSite },
  runs: { label: 'Runs', icon: History, on: ['service'], block: 'do', fits: (subject) => subject.kind === 'service' && subject.service.cron !== null },
  connection: { label: 'Connection', icon: Link2, on: ['service'], block: 'do', fits: (subject) => subject.kind === 'service' && subject.service.source.type === 'database' },
  files: { label: 'Files', icon: FolderOpen, on: ['volume'], block: 'do' },
  variables: { label: 'Variables', icon: Variable, on: ['service'], block: 'do' },
  serviceLogs: { label: 'Logs', icon: ScrollText, on: ['service'], block: 'do' },
  connect: { ...KEYED.connect, label: 'Link to…', icon: Link2, block: 'do' },
  addVolume: { label: 'Attach a volume…', icon: HardDrive, on: ['service'], block: 'do' },
  attach: { label: (subject) => (subject.kind === 'mount' || (subject.kind === 'volume' && subject.volume.serviceId !== null) ? 'Change mount path…' : 'Attach…'), icon: Link2, on: ['volume', 'mount'], block: 'do' },
  detach: { label: 'Detach…', icon: Unlink, on: ['volume'], block: 'do', fits: (subject) => subject.kind === 'volume' && subject.volume.serviceId !== null },
  unmount: { ...KEYED.unmount, label: 'Detach…', icon: Unlink, block: 'do' },
  metrics: { label: 'Metrics', icon: ChartSpline, on: NODE, block: 'do' },
  settings: { label: 'Settings', icon: Settings, on: ['service'], block: 'do' },
  rename: { ...KEYED.rename, label: 'Rename', icon: Pencil, block: 'edit' },
  duplicate: { ...KEYED.duplicate, label: (subject) => (subject.kind === 'selection' ? 'Duplicate services' : 'Duplicate'), icon: CopyPlus, block: 'edit' },
  group: { ...KEYED.group, label: 'Group', icon: Group, block: 'edit' },
  leave: { label: 'Take out of its group', icon: SquareSplitHorizontal, on: NODE, block: 'edit', fits: inGroup },
  inside: { ...KEYED.inside, label: 'Select what is in it', icon: SquareDashedMousePointer, block: 'edit' },
  ungroup: { ...KEYED.ungroup, label: 'Ungroup', icon: Ungroup, block: 'edit' },
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
  unlink: { ...KEYED.unlink, label: 'Remove the reference…', icon: Unlink, block: 'end', danger: true },
  delete: { ...KEYED.delete, label: 'Delete…', icon: Trash2, block: 'end', danger: true },

  palette: { ...KEYED.palette, label: 'All commands', icon: Search, block: 'find', isQuiet: true },
  find: { ...KEYED.find, label: 'Find a node', icon: Search, block: 'find' },
  keys: { ...KEYED.keys, label: 'Keys', icon: Keyboard, block: 'find' },
  undo: { ...KEYED.undo, label: 'Undo', icon: Undo2, block: 'history' },
  redo: { ...KEYED.redo, label: 'Redo', icon: Redo2, block: 'history' },
  selectAll: { ...KEYED.selectAll, label: 'Select everything', icon: SquareDashedMousePointer, block: 'arrange' },
  clear: { ...KEYED.clear, label: 'Select nothing', block: 'arrange', isQuiet: true },
  layout: { ...KEYED.layout, label: 'Arrange automatically', icon: Network, block: 'arrange' },
  frame: { label: 'New group here', icon: Group, on: ['pane'], block: 'arrange' },
  snap: { ...KEYED.snap, label: 'Snap to the grid', icon: Grid3x3, block: 'look' },
  map: { ...KEYED.map, label: 'Show the map', icon: Map, block: 'look' },
  fit: { ...KEYED.fit, label: 'Show everything', icon: Maximize, block: 'look' },
  view: { ...KEYED.view, label: 'Canvas or list', icon: LayoutList, block: 'look' },
  charts: { ...KEYED.charts, label: 'Metrics of the environment', icon: ChartSpline, block: 'look' },
  review: { ...KEYED.review, label: 'Review changes', icon: ListChecks, block: 'changes', isQuiet: true },
  deployAll: { ...KEYED.deployAll, label: 'Deploy all changes', icon: Rocket, block: 'changes', isQuiet: true },
  discard: { label: 'Discard changes…', icon: Eraser, on: ['pane'], block: 'changes', isQuiet: true },
  revisions: { label: 'Revisions', icon: History, on: ['pane'], block: 'changes', isQuiet: true },
  logs: { ...KEYED.logs, label: 'Logs of the environment', icon: ScrollText, block: 'look' },
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
  { label: 'Add something there', keys: 'double-click' },
] as const
