'use client'

import Link from 'next/link'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateShape } from '@/components/ui/state-shape'
import type { HarmView } from '@/lib/contract/deployment'

/** Why a release was undone: the sentence, and the numbers it rests on. */
export function HarmNote({ harm, serviceId }: { harm: HarmView; serviceId: string }) {
  const { project, environmentId } = useEnvironment()
  return (
    <section aria-label="Harm" className="rounded-control border border-bad/35 bg-bad/8 px-3 py-2.5">
      <p className="flex items-center gap-2 font-medium text-bad">
        <StateShape shape="triangle" size={11} />
        It did harm and was undone
      </p>
      <p className="mt-1 break-words">{harm.message}</p>
      <Numbers harm={harm} />
      <p className="mt-2 text-meta text-muted">
        Found <RelativeTime at={harm.at} />.{' '}
        <Link href={paths.deployment(project.id, environmentId, serviceId, harm.restored)} className="text-ink underline decoration-line-strong underline-offset-3 hover:decoration-current">
          The former version
        </Link>{' '}
        serves again.
      </p>
    </section>
  )
}

type Answers = HarmView['before']

const ROWS: readonly { label: string; of: (answers: Answers) => string; kind?: HarmView['kind'] }[] = [
  { label: 'Requests', of: ({ requests }) => requests.toLocaleString('en') },
  { label: 'Failed', of: failedWords, kind: 'errors' },
  { label: 'Half answered within', of: ({ p50Ms }) => millisecondWords(p50Ms), kind: 'latency' },
  { label: '95 of 100 answered within', of: ({ p95Ms }) => millisecondWords(p95Ms), kind: 'latency' },
]

function Numbers({ harm }: { harm: HarmView }) {
  return (
    <table className="mt-2 w-full max-w-md text-left">
      <caption className="sr-only">Answers of the former version and of this one</caption>
      <thead>
        <tr className="text-meta text-muted [&>th]:py-1 [&>th]:font-normal">
          <th scope="col">
            <span className="sr-only">Measured</span>
          </th>
          <th scope="col" className="text-right">Before</th>
          <th scope="col" className="text-right">After</th>
        </tr>
      </thead>
      <tbody>
        {ROWS.map(({ label, of, kind }) => (
          <tr key={label} className="border-t border-line [&>*]:py-1">
            <th scope="row" className="font-normal text-muted">{label}</th>
            <td className="pl-4 text-right font-mono text-code">{of(harm.before)}</td>
            <td className={`pl-4 text-right font-mono text-code ${kind === harm.kind ? 'font-semibold text-bad' : ''}`}>{of(harm.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** `12 (0.8 %)`. */
function failedWords({ requests, failed }: Answers): string {
  if (requests === 0) return String(failed)
  const percent = (failed / requests) * 100
  return `${failed.toLocaleString('en')} (${percent >= 10 || percent === 0 ? Math.round(percent) : percent.toFixed(1)} %)`
}

function millisecondWords(ms: number | null): string {
  return ms === null ? '–' : `${Math.round(ms).toLocaleString('en')} ms`
}
