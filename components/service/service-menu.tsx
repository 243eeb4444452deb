import { CircleStop, ExternalLink, HardDrive, History, Link2, PanelRight, Play, Rocket, Settings, Sun, Trash2 } from 'lucide-react'

import type { MenuEntry } from '@/components/ui/menu'
import type { ServiceNode } from '@/lib/contract/graph'
import { canDelete, canDeploy, canStart, canStop } from '@/lib/domain/service-can'

import { factsOf } from './service-facts'
import type { ServiceActions } from './use-service-actions'

/** Why the person may not, per kind of action; null when they may. */
export type Missing = { deploy: string | null; write: string | null; delete: string | null }

export type ServiceMenuOptions = { service: ServiceNode; actions: ServiceActions; missing: Missing; isOpen?: boolean }

/** The actions of a service as a menu: the same on its node, in the list and in its panel. */
export function serviceMenu({ service, actions, missing, isOpen = false }: ServiceMenuOptions): MenuEntry[] {
  const facts = factsOf(service)
  const stopped = service.state === 'suspended'
  return [
    ...(isOpen ? [] : [{ label: 'Open', icon: <PanelRight />, shortcut: '↵', onSelect: () => actions.open(service.id) }]),
    { label: 'Deploy', icon: <Rocket />, disabledReason: missing.deploy ?? canDeploy(facts), onSelect: () => void actions.deploy(service) },
    { kind: 'separator' },
    ...placeEntries(service, actions),
    { label: 'Attach a volume…', icon: <HardDrive />, disabledReason: missing.write, onSelect: () => actions.askVolume(service) },
    { label: 'Settings', icon: <Settings />, onSelect: () => actions.open(service.id, 'settings') },
    { kind: 'separator' },
    ...(service.state === 'sleeping' ? [{ label: 'Wake', icon: <Sun />, disabledReason: missing.write ?? canStart(facts), onSelect: () => void actions.start(service) }] : []),
    stopped
      ? { label: 'Start', icon: <Play />, disabledReason: missing.write ?? canStart(facts), onSelect: () => void actions.start(service) }
      : { label: 'Stop', icon: <CircleStop />, disabledReason: missing.write ?? canStop(facts), onSelect: () => void actions.stop(service) },
    { label: 'Delete…', icon: <Trash2 />, danger: true, shortcut: 'Del', disabledReason: missing.delete ?? canDelete(facts), onSelect: () => actions.askDelete(service) },
  ]
}

/** Ways to where it answers; of a service that runs by the clock, to its runs; of a database, to what connects to it. */
function placeEntries(service: ServiceNode, actions: ServiceActions): MenuEntry[] {
  if (service.cron !== null) return [{ label: 'Runs', icon: <History />, onSelect: () => actions.open(service.id, 'runs') }]
  if (service.source.type === 'database') return [{ label: 'Connection', icon: <Link2 />, onSelect: () => actions.open(service.id, 'overview') }]
  return [
    { label: 'Open URL', icon: <ExternalLink />, href: service.url, external: true },
    { label: 'Copy URL', icon: <Link2 />, onSelect: () => void actions.copyUrl(service) },
  ]
}
