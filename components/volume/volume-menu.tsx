import { FolderOpen, Link2, PanelRight, Trash2, Unlink } from 'lucide-react'

import type { Missing } from '@/components/service/service-menu'
import type { MenuEntry } from '@/components/ui/menu'
import type { VolumeNode } from '@/lib/contract/volume'

import type { VolumeActions } from './use-volume-actions'

export type VolumeMenuOptions = { volume: VolumeNode; actions: VolumeActions; missing: Missing; isOpen?: boolean }

/** The actions of a volume as a menu: the same on its node, in the list and in its panel. */
export function volumeMenu({ volume, actions, missing, isOpen = false }: VolumeMenuOptions): MenuEntry[] {
  const going = volume.isDeleting ? `${volume.name} is being removed.` : null
  return [
    ...(isOpen ? [] : [{ label: 'Open', icon: <PanelRight />, shortcut: '↵', onSelect: () => actions.open(volume.id) }]),
    { label: 'Files', icon: <FolderOpen />, onSelect: () => actions.open(volume.id, 'files') },
    { kind: 'separator' },
    { label: volume.serviceId === null ? 'Attach…' : 'Change mount path…', icon: <Link2 />, disabledReason: missing.write ?? going, onSelect: () => actions.askAttach(volume) },
    ...(volume.serviceId === null ? [] : [{ label: 'Detach…', icon: <Unlink />, disabledReason: missing.write ?? going, onSelect: () => actions.askDetach(volume) }]),
    { label: 'Delete…', icon: <Trash2 />, danger: true, shortcut: 'Del', disabledReason: missing.delete ?? going ?? (volume.serviceId === null ? null : 'It is attached. Detach it first.'), onSelect: () => actions.askDelete(volume) },
  ]
}
