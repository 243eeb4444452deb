import { EmptyState } from '@/components/ui/empty-state'

/** A tab of a service or of a deployment that is not there. */
export default function ServiceNotFound() {
  return <EmptyState title="There is nothing here">It was deleted, or its address was mistyped. Close this panel with Escape.</EmptyState>
}
