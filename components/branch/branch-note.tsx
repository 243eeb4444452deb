'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { useLiveQuery } from '@/components/service/use-live-query'
import type { BranchView } from '@/lib/contract/branch'
import { branchGet } from '@/lib/contract/first-doors'

// Few environments are branches.
const BranchNoteView = dynamic(() => import('./branch-note-view').then((module) => module.BranchNoteView), { ssr: false })

/** While copies are on their way they are followed closely; a failure may be mended by somebody else. */
const EVERY_MS = { running: 1_500, failed: 10_000, done: null, cancelled: null } as const
const UNKNOWN: { branch: BranchView | null } = { branch: null }

/** On the canvas of a branch: what it was branched from, and how far its data is. */
export function BranchNote() {
  const { environmentId } = useEnvironment()
  const [everyMs, setEveryMs] = useState<number | null>(null)
  const { data, reload } = useLiveQuery(branchGet, { environmentId }, { initial: UNKNOWN, version: '', everyMs })
  const { branch } = data
  const wanted = branch === null ? null : EVERY_MS[branch.status]
  if (wanted !== everyMs) setEveryMs(wanted)
  if (branch === null) return null
  return <BranchNoteView branch={branch} onChange={reload} />
}
