import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Confirm } from '../ui/Confirm'
import { neighbour } from '../ui/row'

interface Removal<T> {
  remove: (id: string) => Promise<unknown>
  /** What is read again. */
  queryKey: QueryKey
  title: (one: T) => string
  text: string
  button: string
}

/** Takes one thing of a list away, after a question. A refusal stands in the question. */
export function useRemoval<T extends { id: string }>({ remove, queryKey, title, text, button }: Removal<T>) {
  const queries = useQueryClient()
  const [going, setGoing] = useState<T>()
  const onward = useRef<() => void>(undefined)
  const work = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      setGoing(undefined)
      await queries.invalidateQueries({ queryKey })
      onward.current?.()
    },
  })
  const ask = (one: T) => {
    work.reset()
    onward.current = neighbour()
    setGoing(one)
  }
  const question = (
    <Confirm
      opened={going !== undefined}
      onClose={() => setGoing(undefined)}
      title={going ? title(going) : ''}
      text={text}
      button={button}
      pending={work.isPending}
      error={work.error}
      onConfirm={() => going && work.mutate(going.id)}
    />
  )
  return { ask, question }
}
