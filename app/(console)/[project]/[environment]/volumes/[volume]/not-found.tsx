import { EmptyState } from '@/components/ui/empty-state'

/** A volume that is not there. */
export default function VolumeNotFound() {
  return <EmptyState title="There is nothing here">It was deleted, or its address was mistyped. Close this panel with Escape.</EmptyState>
}
