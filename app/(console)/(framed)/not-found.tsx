import { NotFoundView } from '@/components/ui/not-found-view'

/** A thing that does not exist, below the bar of the console. */
export default function FramedNotFound() {
  return <NotFoundView />
}
