'use client'

import dynamic from 'next/dynamic'
import type { ReactNode } from 'react'

import { BranchNote } from '@/components/branch/branch-note'
import { useHandedOver } from '@/components/compose/use-handed-over'
import { ChangesBar } from '@/components/change/changes-bar'
import { LiveProvider } from '@/components/presence/live-context'
import type { GraphView } from '@/lib/contract/graph'

import { CanvasBar, type Person } from './canvas-bar'
import { CommandsProvider } from './commands/commands-context'
import { useCommandKeys } from './commands/use-command-keys'
import { CanvasProvider, useCanvas, type EnvironmentFacts } from './canvas-context'
import { OfflineBanner } from './connection-state'
import { Flow } from './flow'
import { FlowProvider } from './flow-provider'
import { useCanvasView } from './use-canvas-view'
import { useLiveCanvas } from './use-live-canvas'
import { useUnsavedWarning } from './use-unsaved-warning'

// What is not on the first screen is loaded when it is asked for.
const AddDialog = dynamic(() => import('./add-dialog').then((module) => module.AddDialog), { ssr: false })
const AddDatabaseDialog = dynamic(() => import('@/components/database/add-database-dialog').then((module) => module.AddDatabaseDialog), { ssr: false })
const ComposeDialog = dynamic(() => import('@/components/compose/compose-dialog').then((module) => module.ComposeDialog), { ssr: false })
const UploadDialog = dynamic(() => import('@/components/upload/upload-dialog').then((module) => module.UploadDialog), { ssr: false })
const LinkDialog = dynamic(() => import('./link-dialog').then((module) => module.LinkDialog), { ssr: false })
const DeleteService = dynamic(() => import('@/components/service/delete-service').then((module) => module.DeleteService), { ssr: false })
const VolumeQuestion = dynamic(() => import('@/components/volume/volume-question').then((module) => module.VolumeQuestion), { ssr: false })
const ReviewDialog = dynamic(() => import('@/components/change/review-dialog').then((module) => module.ReviewDialog), { ssr: false })
const DiscardDialog = dynamic(() => import('@/components/change/discard-dialog').then((module) => module.DiscardDialog), { ssr: false })
const RevisionsDialog = dynamic(() => import('@/components/change/revisions-dialog').then((module) => module.RevisionsDialog), { ssr: false })
const BranchQuestion = dynamic(() => import('@/components/branch/branch-question').then((module) => module.BranchQuestion), { ssr: false })
const ConnectDialog = dynamic(() => import('./connect-dialog').then((module) => module.ConnectDialog), { ssr: false })
const UnlinkDialog = dynamic(() => import('./unlink-dialog').then((module) => module.UnlinkDialog), { ssr: false })
const DeleteSeveral = dynamic(() => import('./delete-several').then((module) => module.DeleteSeveral), { ssr: false })
const Palette = dynamic(() => import('./commands/palette').then((module) => module.Palette), { ssr: false })
const KeysDialog = dynamic(() => import('./commands/keys-dialog').then((module) => module.KeysDialog), { ssr: false })
const ServiceList = dynamic(() => import('./service-list').then((module) => module.ServiceList))

export type CanvasShellProps = { facts: EnvironmentFacts; graph: GraphView; person: Person; children: ReactNode }

/** An environment: the bar, the canvas (or the list) and, over it, the panel that the address names. */
export function CanvasShell({ facts, graph, person, children }: CanvasShellProps) {
  return (
    <CanvasProvider key={facts.environmentId} graph={graph} facts={facts} person={person.user.email}>
      <LiveProvider environmentId={facts.environmentId}>
        <FlowProvider>
          <Shell person={person}>{children}</Shell>
        </FlowProvider>
      </LiveProvider>
    </CanvasProvider>
  )
}

function Shell({ person, children }: Omit<CanvasShellProps, 'graph' | 'facts'>) {
  const [view, setView] = useCanvasView()
  useLiveCanvas()
  useUnsavedWarning()
  useHandedOver()
  return (
    <CommandsProvider view={view} setView={setView}>
      <CommandKeys />
      <div className="flex h-dvh flex-col overflow-clip">
        <CanvasBar person={person} view={view} setView={setView} />
        <main id="main" className="relative min-h-0 flex-1 overflow-clip">
          {view === 'list' ? <ServiceList /> : <Flow />}
          <BranchNote />
          <OfflineBanner />
          <ChangesBar />
          {children}
        </main>
        <Questions />
      </div>
    </CommandsProvider>
  )
}

/** The keys of the canvas and of the list. */
function CommandKeys() {
  useCommandKeys()
  return null
}

function Questions() {
  const question = useCanvas((state) => state.question)
  if (question === null) return null
  if (question.kind === 'delete') return <DeleteService serviceId={question.serviceId} />
  if (question.kind === 'review') return <ReviewDialog />
  if (question.kind === 'discard') return <DiscardDialog />
  if (question.kind === 'revisions') return <RevisionsDialog />
  if (question.kind === 'branch') return <BranchQuestion />
  if (question.kind === 'upload') return <UploadDialog question={question} />
  if (question.kind === 'database') return <AddDatabaseDialog at={question.at} />
  if (question.kind === 'compose') return <ComposeDialog at={question.at} file={question.file} />
  if (question.kind === 'link') return <LinkDialog from={question.from} to={question.to} />
  if (question.kind === 'connect') return <ConnectDialog from={question.from} />
  if (question.kind === 'unlink') return <UnlinkDialog from={question.from} to={question.to} />
  if (question.kind === 'delete_several') return <DeleteSeveral ids={question.ids} />
  if (question.kind === 'palette') return <Palette only={question.only} />
  if (question.kind === 'keys') return <KeysDialog />
  if (question.kind === 'add') return <AddDialog question={question} />
  return <VolumeQuestion question={question} />
}
