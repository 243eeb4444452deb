// The page to compare with: React Flow as it comes, with as many nodes and lines, of the same size and at the same places.
import '@xyflow/react/dist/style.css'

import { applyNodeChanges, Background, Controls, MiniMap, ReactFlow } from '@xyflow/react'
import { useCallback, useState } from 'react'
import { createRoot } from 'react-dom/client'

const { nodes: FIRST, edges: EDGES } = window.DRAWN

function Plain() {
  const [nodes, setNodes] = useState(FIRST)
  const onNodesChange = useCallback((changes) => setNodes((before) => applyNodeChanges(changes, before)), [])
  return (
    <ReactFlow nodes={nodes} edges={EDGES} onNodesChange={onNodesChange} minZoom={0.1} maxZoom={1.75} fitView fitViewOptions={{ padding: 0.18, maxZoom: 1 }}>
      <MiniMap />
      <Controls />
      <Background />
    </ReactFlow>
  )
}

createRoot(document.getElementById('root')).render(<Plain />)
