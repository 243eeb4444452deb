import type { VolumeNode, VolumeView } from '@/lib/contract/volume'

/** The node inside a volume's full view: what the canvas keeps of it. */
export function nodeOf(view: VolumeView): VolumeNode {
  const { environmentId: _environment, variable: _variable, isAtPath: _isAtPath, writers: _writers, cannotDelete: _cannot, createdAt: _created, ...node } = view
  return node
}

/** Where a volume appears; null while nothing has it. */
export function mountOf({ serviceId, mountPath }: Pick<VolumeNode, 'serviceId' | 'mountPath'>): { serviceId: string; path: string } | null {
  return serviceId === null || mountPath === null ? null : { serviceId, path: mountPath }
}
