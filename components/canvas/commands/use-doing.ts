'use client'

import { useReactFlow } from '@xyflow/react'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { factsOf, hasChange } from '@/components/service/service-facts'
import { useMissingActions } from '@/components/service/use-missing-actions'
import { useServiceActions } from '@/components/service/use-service-actions'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { useVolumeActions } from '@/components/volume/use-volume-actions'
import { changeApply } from '@/lib/contract/doors'
import { canDelete, canDeploy, canStart, canStop } from '@/lib/domain/service-can'

import { aligned, distributed, type Alignment, type Axis } from '../align'
import { useCanvasStore, useEnvironment, useMissing } from '../canvas-context'
import type { Spots } from '../history'
import { motionMs } from '../motion'
import { ask, nodeIn, select } from '../store'
import { useArrange, wordsFor } from '../use-arrange'
import type { CanvasView } from '../use-canvas-view'
import { useGroups } from '../use-groups'
import { useHistory } from '../use-history'
import { useRename } from '../use-rename'
import { rememberSight } from '../sight'
import { idsOf, type Subject } from './subject'
import type { CommandId } from './table'

/** How a command is done. `why`: why it cannot be, as a sentence; null when it can. */
export type Doing = { run: (subject: Subject) => void; why?: (subject: Subject) => string | null; href?: (subject: Subject) => string; isOn?: () => boolean }

type View = { view: CanvasView; setView: (view: CanvasView) => void }

const fit = () => ({ padding: 0.18, maxZoom: 1, duration: motionMs(220) })

/** How every command of the table is done here. */
export function useDoing({ view, setView }: View): Record<CommandId, Doing> {
  const about = useAboutNodes()
  const canvas = useAboutCanvas({ view, setView })
  return useMemo(() => ({ ...about, ...canvas }), [about, canvas])
}

type AboutCanvas = 'palette' | 'find' | 'keys' | 'undo' | 'redo' | 'selectAll' | 'clear' | 'layout' | 'frame' | 'snap' | 'map' | 'fit' | 'view' | 'charts' | 'review' | 'deployAll' | 'discard' | 'revisions' | 'logs' | 'shared' | 'branch'

function useAboutNodes(): Record<Exclude<CommandId, AboutCanvas>, Doing> {
  const store = useCanvasStore()
  const services = useServiceActions()
  const volumes = useVolumeActions()
  const missing = useMissingActions()
  const arrange = useArrange()
  const groups = useGroups()
  const rename = useRename()
  return useMemo(() => {
    const ofService = (run: (service: Extract<Subject, { kind: 'service' }>['service']) => void): Doing['run'] => (subject) => (subject.kind === 'service' ? run(subject.service) : undefined)
    const going = (subject: Subject) => (subject.kind === 'volume' && subject.volume.isDeleting ? `${subject.volume.name} is being removed.` : null)
    const write = () => missing.write
    const align = (alignment: Alignment): Doing => ({ why: write, run: (subject) => void arrange.put(`Align ${wordsFor(store.getState(), idsOf(subject))}`, placed(store, subject, (boxes) => aligned(boxes, alignment))) })
    const space = (axis: Axis): Doing => ({ why: write, run: (subject) => void arrange.put(`Space ${wordsFor(store.getState(), idsOf(subject))}`, placed(store, subject, (boxes) => distributed(boxes, axis))) })
    return {
      open: {
        run: (subject) => {
          if (subject.kind === 'link') services.open(subject.link.from, 'variables')
          else if (subject.kind === 'mount') volumes.open(subject.volume.id)
          else if (subject.kind === 'service') services.open(subject.id)
          else if (subject.kind === 'volume') volumes.open(subject.id)
        },
      },
      deploy: {
        why: (subject) => missing.deploy ?? (subject.kind === 'service' ? canDeploy(factsOf(subject.service)) : null),
        run: (subject) => idsOf(subject).forEach((id) => { const service = store.getState().services[id]; if (service && canDeploy(factsOf(service)) === null) void services.deploy(service) }),
      },
      openUrl: { href: (subject) => (subject.kind === 'service' ? subject.service.url : ''), run: ofService(({ url }) => void window.open(url, '_blank', 'noreferrer')) },
      copyUrl: { run: ofService((service) => void services.copyUrl(service)) },
      runs: { run: ofService(({ id }) => services.open(id, 'runs')) },
      connection: { run: ofService(({ id }) => services.open(id, 'overview')) },
      files: { run: (subject) => (subject.kind === 'volume' ? volumes.open(subject.id, 'files') : undefined) },
      variables: { run: (subject) => services.open(idsOf(subject)[0] ?? '', 'variables') },
      serviceLogs: { run: ofService(({ id }) => services.open(id, 'logs')) },
      connect: { why: write, run: (subject) => ask(store, { kind: 'connect', from: idsOf(subject)[0] ?? '' }) },
      addVolume: { why: write, run: ofService((service) => services.askVolume(service)) },
      attach: { why: (subject) => missing.write ?? going(subject), run: (subject) => (subject.kind === 'volume' || subject.kind === 'mount' ? volumes.askAttach(subject.volume) : undefined) },
      detach: { why: (subject) => missing.write ?? going(subject), run: (subject) => (subject.kind === 'volume' ? volumes.askDetach(subject.volume) : undefined) },
      unmount: { why: write, run: (subject) => (subject.kind === 'mount' ? volumes.askDetach(subject.volume) : undefined) },
      metrics: { run: (subject) => (subject.kind === 'volume' ? volumes.open(subject.id, 'metrics') : services.open(idsOf(subject)[0] ?? '', 'metrics')) },
      settings: { run: ofService(({ id }) => services.open(id, 'settings')) },
      rename: { why: (subject) => missing.write ?? going(subject), run: (subject) => rename(idsOf(subject)[0] ?? '') },
      duplicate: { why: (subject) => missing.write ?? (servicesAmong(store, subject).length === 0 ? 'There is no service in it.' : null), run: (subject) => void groups.duplicate(servicesAmong(store, subject)) },
      group: { why: write, run: (subject) => void groups.group(idsOf(subject)) },
      leave: { why: write, run: (subject) => void groups.leave(idsOf(subject)) },
      inside: { run: (subject) => (subject.kind === 'group' ? select(store, nodesIn(store, subject.id)) : undefined) },
      ungroup: { why: write, run: (subject) => (subject.kind === 'group' ? void groups.ungroup(subject.group) : undefined) },
      alignLeft: align('left'),
      alignCentre: align('centre'),
      alignRight: align('right'),
      alignTop: align('top'),
      alignMiddle: align('middle'),
      alignBottom: align('bottom'),
      spaceAcross: space('across'),
      spaceDown: space('down'),
      wake: { why: (subject) => missing.write ?? (subject.kind === 'service' ? canStart(factsOf(subject.service)) : null), run: ofService((service) => void services.start(service)) },
      start: { why: (subject) => missing.write ?? (subject.kind === 'service' ? canStart(factsOf(subject.service)) : null), run: ofService((service) => void services.start(service)) },
      stop: { why: (subject) => missing.write ?? (subject.kind === 'service' ? canStop(factsOf(subject.service)) : null), run: ofService((service) => void services.stop(service)) },
      unlink: { why: write, run: (subject) => (subject.kind === 'link' ? ask(store, { kind: 'unlink', from: subject.link.from, to: subject.link.to }) : undefined) },
      delete: {
        why: (subject) => missing.delete ?? going(subject) ?? (subject.kind === 'service' ? canDelete(factsOf(subject.service)) : subject.kind === 'volume' && subject.volume.serviceId !== null ? 'It is attached. Detach it first.' : null),
        run: (subject) => {
          if (subject.kind === 'service') services.askDelete(subject.service)
          else if (subject.kind === 'volume') volumes.askDelete(subject.volume)
          else ask(store, { kind: 'delete_several', ids: idsOf(subject) })
        },
      },
    }
  }, [store, services, volumes, missing.deploy, missing.write, missing.delete, arrange, groups, rename])
}

function useAboutCanvas({ view, setView }: View): Record<AboutCanvas, Doing> {
  const store = useCanvasStore()
  const router = useRouter()
  const run = useRun()
  const { project, environmentId } = useEnvironment()
  const { fitView } = useReactFlow()
  const arrange = useArrange()
  const groups = useGroups()
  const history = useHistory()
  const mayWrite = useMissing('service.write')
  const mayDeploy = useMissing('deployment.create')
  const mayBranch = useMissing('project.write')
  return useMemo(() => {
    const onCanvas = () => (view === 'canvas' ? null : 'This is the list. Show the canvas first.')
    const changed = () => Object.values(store.getState().services).filter(hasChange)
    const someChange = () => (changed().length === 0 ? 'Nothing is changed.' : null)
    const layOutAll = async () => {
      try {
        // ELK is large: it is loaded when somebody asks for it.
        const { layOut } = await import('../lay-out')
        await arrange.put('Arrange automatically', await layOut(store.getState()))
        void fitView(fit())
      } catch (error) {
        toast.error('The canvas was not arranged.', { description: error instanceof Error ? error.message : 'Try again.' })
      }
    }
    const deployAll = async () => {
      try {
        await run(changeApply, { environmentId })
      } catch (error) {
        toast.error('The changes were not deployed.', { description: problemOf(error).message })
      }
    }
    return {
      palette: { run: () => ask(store, { kind: 'palette', only: 'everything' }) },
      find: { run: () => ask(store, { kind: 'palette', only: 'nodes' }) },
      keys: { run: () => ask(store, { kind: 'keys' }) },
      undo: { why: () => (store.getState().history.past.length === 0 ? 'There is nothing to take back.' : null), run: history.undo },
      redo: { why: () => (store.getState().history.future.length === 0 ? 'There is nothing to make again.' : null), run: history.redo },
      selectAll: { why: onCanvas, run: () => select(store, store.getState().flow.map(({ id }) => id)) },
      clear: { run: () => select(store, []) },
      layout: { why: () => onCanvas() ?? mayWrite ?? (store.getState().flow.length < 2 ? 'There is too little to arrange.' : null), run: () => void layOutAll() },
      frame: { why: () => onCanvas() ?? mayWrite, run: (subject) => void groups.group([], subject.kind === 'pane' ? subject.at : null) },
      snap: { why: onCanvas, isOn: () => store.getState().isSnapping, run: () => rememberSight(store, { isSnapping: !store.getState().isSnapping }) },
      map: { why: onCanvas, isOn: () => store.getState().hasMap, run: () => rememberSight(store, { hasMap: !store.getState().hasMap }) },
      fit: { why: onCanvas, run: () => void fitView(fit()) },
      view: { run: () => setView(view === 'canvas' ? 'list' : 'canvas') },
      charts: { run: () => router.push(paths.metrics(project.id, environmentId)) },
      review: { why: someChange, run: () => ask(store, { kind: 'review' }) },
      deployAll: { why: () => mayDeploy ?? someChange(), run: () => void deployAll() },
      discard: { why: () => mayWrite ?? (changed().some(({ latest }) => latest !== null) ? null : 'There is nothing to set back.'), run: () => ask(store, { kind: 'discard' }) },
      revisions: { run: () => ask(store, { kind: 'revisions' }) },
      logs: { run: () => router.push(paths.logs(project.id, environmentId)) },
      shared: { run: () => router.push(paths.sharedVariables(project.id, environmentId)) },
      branch: { why: () => mayBranch, run: () => ask(store, { kind: 'branch' }) },
    }
  }, [store, router, run, project.id, environmentId, fitView, arrange, groups, history, mayWrite, mayDeploy, mayBranch, view, setView])
}

type Store = ReturnType<typeof useCanvasStore>

function servicesAmong(store: Store, subject: Subject): string[] {
  const { services } = store.getState()
  return idsOf(subject).filter((id) => services[id])
}

function nodesIn(store: Store, groupId: string): string[] {
  const state = store.getState()
  return state.flow.flatMap(({ id }) => (nodeIn(state, id)?.groupId === groupId ? [id] : []))
}

/** Where what is selected would stand. What is in a frame that is selected too goes with it. */
function placed(store: Store, subject: Subject, where: (boxes: Parameters<typeof aligned>[0]) => Record<string, { x: number; y: number }>): Spots {
  const state = store.getState()
  const ids = new Set(idsOf(subject))
  const outer = state.flow.filter(({ id }) => ids.has(id) && !ids.has(nodeIn(state, id)?.groupId ?? ''))
  const boxes = outer.map(({ id, position, width = 0, height = 0 }) => ({ id, ...position, width, height }))
  return withInsides(store, where(boxes))
}

/** Places of frames, with those of what is in them. */
function withInsides(store: Store, spots: Spots): Spots {
  const state = store.getState()
  const along = Object.entries(spots).flatMap(([groupId, to]): [string, Spots[string]][] => {
    const frame = state.groups[groupId] && state.flow.find(({ id }) => id === groupId)
    if (!frame) return []
    return nodesIn(store, groupId).flatMap((id) => {
      const node = state.flow.find((each) => each.id === id)
      return node ? [[id, { x: node.position.x + to.x - frame.position.x, y: node.position.y + to.y - frame.position.y }]] : []
    })
  })
  return { ...Object.fromEntries(along), ...spots }
}
