'use client'

import { Dialog } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/kbd'

import { useCanvasStore } from '../canvas-context'
import { ask } from '../store'
import { chordWords, isMac } from './keys'
import type { SubjectKind } from './subject'
import { ALL, MOVES, type Spec } from './table'

const SECTIONS: { title: string; of: readonly SubjectKind[] }[] = [
  { title: 'Everywhere', of: ['pane'] },
  { title: 'What is focused or selected', of: ['service', 'volume', 'group', 'selection'] },
]

type Line = { label: string; keys: readonly string[] }

/** What the keyboard does, made of the table of commands. */
export function KeysDialog() {
  const store = useCanvasStore()
  const mac = isMac()
  const lines = (of: readonly SubjectKind[]): Line[] => ALL.flatMap(([, spec]) => (spec.keys && spec.on.some((kind) => of.includes(kind)) ? [{ label: wordsOf(spec), keys: spec.keys }] : []))
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : ask(store, null))} title="Keys" description="Everything is also in menus, by a right-click, and in the palette." size="large">
      {/* Not the button that closes it: its tooltip would take the first Escape. */}
      <div data-autofocus tabIndex={0} className="grid gap-x-8 gap-y-5 outline-none sm:grid-cols-2">
        {SECTIONS.map(({ title, of }) => (
          <section key={title} aria-label={title}>
            <h3 className="mb-1 text-meta text-muted">{title}</h3>
            <dl className="divide-y divide-line">
              {[...lines(of), ...(of.includes('pane') ? [] : MOVES.map(({ label, keys }) => ({ label, keys: [keys] })))].map(({ label, keys }) => (
                <div key={label} className="flex items-center justify-between gap-4 py-1.5">
                  <dt className="min-w-0">{label}</dt>
                  <dd className="flex shrink-0 gap-1">
                    {keys.map((chord) => (
                      <Kbd key={chord}>{chordWords(chord, mac)}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function wordsOf({ label, on }: Spec): string {
  const words = typeof label === 'string' ? label : label({ kind: 'pane', at: null })
  return on[0] === 'group' ? `${words.replace(/…$/, '')} (a group)` : words.replace(/…$/, '')
}
