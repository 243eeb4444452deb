import { handleTransfer } from '@/lib/http/transfer'

type Context = { params: Promise<{ ticket: string }> }

export async function GET(request: Request, { params }: Context): Promise<Response> {
  return handleTransfer(request, (await params).ticket)
}

export async function PUT(request: Request, { params }: Context): Promise<Response> {
  return handleTransfer(request, (await params).ticket)
}
