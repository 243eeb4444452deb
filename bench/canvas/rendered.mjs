// Which parts of a page React renders, in a production build: React tells every commit to a hook that developer tools use.

/**
 * Runs in the page before anything else of it. From then on `window.renderedNodes()` gives the ids of the nodes of the canvas that were
 * rendered since it was asked last, one for each rendering.
 */
export function countRenderings() {
  const PERFORMED_WORK = 1
  const ids = []
  const isNode = ({ memoizedProps: props }) => typeof props?.id === 'string' && 'positionAbsoluteX' in props && 'selected' in props
  const children = (fiber) => {
    const found = []
    for (let child = fiber.child; child; child = child.sibling) found.push(child)
    return found
  }
  // A fiber that is the same as before was not looked at; one that has no former self is new.
  const visit = (fiber, before) => {
    if (fiber === before) return
    const isRendered = before === null || ((fiber.flags & PERFORMED_WORK) !== 0 && (before.memoizedProps !== fiber.memoizedProps || before.memoizedState !== fiber.memoizedState || before.ref !== fiber.ref))
    if (typeof fiber.type !== 'string' && isRendered && isNode(fiber)) ids.push(fiber.memoizedProps.id)
    if (before === null || fiber.child !== before.child) for (const child of children(fiber)) visit(child, before === null ? null : child.alternate)
  }
  window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    renderers: new Map(),
    checkDCE() {},
    inject: () => 1,
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
    onCommitFiberRoot: (_, root) => visit(root.current, root.current.alternate),
  }
  window.renderedNodes = () => ids.splice(0)
}
